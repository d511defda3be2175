package hooks

import (
	"encoding/json"
	"fmt"
)

// genericMeanings are the types of events of the generic hook.
var genericMeanings = map[string]meaning{
	"bounce": undone, "delayed": delayed, "delivered": delivered, "complaint": complained, "unsubscribe": leaves,
}

// readGeneric reads an event of the generic hook, as docs/bounces.md describes it.
func readGeneric(raw json.RawMessage) ([]notice, error) {
	var e struct {
		Type      string `json:"type"`
		ID        string `json:"id"`
		Recipient string `json:"recipient"`
		Status    text   `json:"status"`
		Reply     text   `json:"reply"`
		At        moment `json:"at"`
	}
	if err := decode(raw, &e); err != nil {
		return nil, err
	}
	m, ok := genericMeanings[e.Type]
	if !ok {
		return nil, fmt.Errorf("there is no type %.40q", e.Type)
	}
	return []notice{{[]string{e.ID}, m, e.Recipient, string(e.Status), string(e.Reply), e.At.Time}}, nil
}
