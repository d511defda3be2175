package deliveries_test

import (
	"corridor/mailer/deliveries"

	"pgregory.net/rapid"
)

// brake closes or opens the brake of the only relay, by a sender.
func (p *play) brake() {
	s, ok := pick(p.T, "sender", p.senders)
	if !ok {
		return
	}
	if rapid.Bool().Draw(p.T, "open") {
		for _, e := range p.m.editions { // it may be released before the step ends
			if e.braked {
				e.stopped = e.closed
			}
		}
		p.run("open the brake", s.actor, "pool", func() error { return s.OpenBrake(p.ctx) }, func(*op, error) { p.readBraked() })
		return
	}
	p.run("close the brake", s.actor, "pool", func() error { return s.CloseBrake(p.ctx) }, func(*op, error) { p.readBraked() })
}

// readBraked reads the editions that the brake holds. Others that it held are released: a step
// that closed the brake may have ended while another opened it.
func (p *play) readBraked() {
	var held []int64
	p.must(p.db.Select(&held, `SELECT id FROM editions WHERE state = 'held' AND braked`))
	for _, e := range p.m.editions {
		if e.braked {
			e.braked, e.stopped = false, e.closed
		}
	}
	for _, id := range held {
		p.m.editions[id].braked, p.m.editions[id].stopped = true, true
	}
}

func (p *play) anyBraked() bool {
	for _, e := range p.m.editions {
		if e.braked {
			return true
		}
	}
	return false
}

// probe leases a delivery for a probe.
func (p *play) probe(s *sender) {
	if s.lost {
		return
	}
	var got *deliveries.StepLease
	p.run("probe", s.actor, "batch", func() (err error) {
		got, err = s.LeaseProbe(p.ctx)
		return err
	}, func(_ *op, err error) { p.leased(s, got, true, err) })
}

// hour lets an hour pass, as far as the time of retries is concerned.
func (p *play) hour() {
	p.finishAll()
	for _, e := range p.m.editions {
		if !e.stopped {
			e.hours++
		}
	}
	p.run("an hour", nil, "", func() error {
		_, err := p.db.Exec(`UPDATE deliveries SET first_at = first_at - interval '1 hour' WHERE first_at IS NOT NULL`)
		if err == nil {
			_, err = p.db.Exec(`UPDATE editions SET stopped_at = stopped_at - interval '1 hour' WHERE stopped_at IS NOT NULL`)
		}
		return err
	}, func(*op, error) {})
}
