package articles

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"

	"corridor/articles/reading"
)

// storedMedia is the JSON of what an article's text embeds, as the database keeps it.
type storedMedia []reading.Media

// Value implements driver.Valuer.
func (m storedMedia) Value() (driver.Value, error) {
	if m == nil {
		m = storedMedia{}
	}
	text, err := json.Marshal(m)
	return string(text), err
}

// Scan implements sql.Scanner.
func (m *storedMedia) Scan(value any) error {
	text, ok := value.([]byte)
	if !ok {
		return fmt.Errorf("articles: reading media: a %T", value)
	}
	return json.Unmarshal(text, m)
}
