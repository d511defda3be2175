package editions

import "time"

// Document is the JSON form of an edition. Times are RFC 3339; null for the zero time.
type Document struct {
	ID      int64  `json:"id"`
	Kind    string `json:"kind"`
	Subject string `json:"subject"`
	State   State  `json:"state"`
	Counts
	Reason   *string `json:"reason"` // of an edition that is held, paused or waiting; else null
	Started  *string `json:"started"`
	Finished *string `json:"finished"`
}

// Document returns the JSON form of e, with times in zone.
func (e Edition) Document(zone *time.Location) Document {
	moment := func(t time.Time) *string {
		if t.IsZero() {
			return nil
		}
		text := t.In(zone).Format(time.RFC3339)
		return &text
	}
	var reason *string
	if e.Reason != "" && (e.State == Held || e.State == Paused || e.State == Sending) {
		reason = &e.Reason
	}
	return Document{e.ID, e.Kind, e.Subject, e.State, e.Counts, reason, moment(e.Started), moment(e.Finished)}
}

// PlanDocument is the JSON form of a plan.
type PlanDocument struct {
	Edition     *int64            `json:"edition"` // null: there is no edition
	Frequency   Frequency         `json:"frequency"`
	PeriodStart string            `json:"period_start"` // RFC 3339
	Readers     int64             `json:"readers"`
	Variants    []VariantDocument `json:"variants"`
}

// VariantDocument is the JSON form of a planned variant.
type VariantDocument struct {
	Articles []string `json:"articles"` // addresses
	Readers  int64    `json:"readers"`
}

// Document returns the JSON form of p, with times in zone.
func (p *Plan) Document(zone *time.Location) PlanDocument {
	d := PlanDocument{Frequency: p.Frequency, PeriodStart: p.Start.In(zone).Format(time.RFC3339), Readers: p.Readers, Variants: []VariantDocument{}}
	if p.Edition != 0 {
		d.Edition = &p.Edition
	}
	for _, v := range p.Variants {
		d.Variants = append(d.Variants, VariantDocument{v.URLs, v.Readers})
	}
	return d
}
