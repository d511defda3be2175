package deliveries_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"corridor/mailer/deliveries"

	"github.com/jmoiron/sqlx"
	"pgregory.net/rapid"
)

// steps are the possible next steps. Each history does without some kinds of them, so that
// the others meet more often.
func (p *play) steps() map[string]func(*rapid.T) {
	steps := map[string]func(*rapid.T){"": p.check}
	add := func(do func(), names ...string) {
		if rapid.Bool().Draw(p.T, "without "+names[0]) {
			return
		}
		for _, name := range names {
			steps[name] = func(t *rapid.T) { p.T, p.m.T = t, t; do() }
		}
	}
	for i := range 16 {
		steps[fmt.Sprint(i+1)] = func(t *rapid.T) { p.T, p.m.T = t, t; p.work() }
	}
	add(p.startOne, "start")
	add(p.expire, "expire", "expire too", "expire as well")
	add(p.leaseAgain, "lease again", "lease again too")
	add(p.applyMeanwhile, "apply meanwhile")
	add(p.finishMeanwhile, "finish meanwhile")
	add(p.time, "time")
	add(p.goOn, "go on", "go on too", "go on as well", "go on again", "go on more", "go on at last")
	add(p.control, "control", "control too")
	add(p.brake, "brake", "brake too")
	add(p.hour, "hour", "hour too")
	add(p.uncertain, "uncertain", "uncertain too")
	add(p.retry, "retry", "retry too")
	add(p.report, "report", "report too", "report as well")
	add(p.rewrite, "rewrite")
	add(p.reader, "reader", "reader too")
	return steps
}

// work is the next step of a sender.
func (p *play) work() {
	s, ok := pick(p.T, "sender", p.senders)
	if !ok {
		p.start()
		return
	}
	steps := []struct {
		weight int
		can    bool
		do     func(*sender)
	}{
		{2, len(s.leases) < 2, p.lease},
		{2, len(s.leases) < 2 && p.anyBraked(), p.probe},
		{6, s.record != nil || len(s.results) > 0 || slices.ContainsFunc(s.leases, func(l *lease) bool { return l.Left() > 0 }), p.mark},
		{6, slices.ContainsFunc(s.leases, func(l *lease) bool { return len(l.ready) > 0 }), p.send},
		{6, slices.ContainsFunc(s.leases, func(l *lease) bool { return len(l.wire) > 0 }), p.answer},
		{4, slices.ContainsFunc(s.leases, func(l *lease) bool { return !s.Applied(l.StepLease) }), p.apply},
		{8, slices.ContainsFunc(s.leases, func(l *lease) bool { return l.over() }), p.giveBack},
		{1, len(s.leases) > 0, p.stop},
		{1, len(s.leases) > 0, p.setApart},
		{1, len(s.leases) > 0, p.renew},
		{2, true, p.recover},
		{1, true, p.session},
		{1, true, p.kill},
	}
	var can []func(*sender)
	for _, step := range steps {
		for range step.weight {
			if step.can {
				can = append(can, step.do)
			}
		}
	}
	can[rapid.IntRange(0, len(can)-1).Draw(p.T, "work")](s)
}

// over reports whether a lease has no work left.
func (l *lease) over() bool {
	return l.pending == 0 && l.Left() == 0 && l.sender.Applied(l.StepLease)
}

// goOn lets a stopped op continue.
func (p *play) goOn() {
	if o, ok := pick(p.T, "op", p.running); ok {
		p.finish(o)
	}
}

func (p *play) startOne() {
	if len(p.senders) < 3 {
		p.start()
	}
}

func (s *sender) known() (list []*deliveries.StepLease) {
	for _, l := range s.leases {
		list = append(list, l.StepLease)
	}
	return list
}

// lease leases another batch, as the dispatcher does.
func (p *play) lease(s *sender) {
	if s.lost {
		p.run("let go", s.actor, "pool", func() error { return s.LetGo(p.ctx, s.known()) }, func(_ *op, err error) { s.lost = err != nil })
		return
	}
	if len(s.leases) >= 3 {
		return
	}
	var got *deliveries.StepLease
	p.run("lease", s.actor, "batch", func() (err error) {
		got, err = s.Lease(p.ctx, p.limits)
		return err
	}, func(_ *op, err error) { p.leased(s, got, false, err) })
}

// leased is the end of a lease, perhaps for a probe.
func (p *play) leased(s *sender, got *deliveries.StepLease, probe bool, err error) {
	if s.lost = err != nil; got == nil {
		return
	}
	l := &lease{StepLease: got, sender: s, probe: probe}
	for _, other := range p.leases(got.Batch()) {
		former, next := other, l
		if other.Fence() > l.Fence() { // the answer for l came late
			former, next = l, other
		}
		if former.ended == 0 && former == other && !former.sender.silent {
			p.m.Fatalf("batch %d is leased while %s holds it", got.Batch(), former.sender.actor.name)
		}
		if former.ended == 0 {
			former.ended = p.m.step
		}
		if former.sender == next.sender {
			p.stopLease(former)
		}
	}
	if e := p.expired[got.Batch()]; l.Fence() <= e.fence {
		l.ended, l.late = e.step, true
	}
	s.leases = append(s.leases, l)
}

// leases returns the leases of a batch that senders know.
func (p *play) leases(batch int64) (list []*lease) {
	for _, s := range p.senders {
		for _, l := range s.leases {
			if l.Batch() == batch {
				list = append(list, l)
			}
		}
	}
	return list
}

// mark records results, and puts more deliveries in flight, as the ledger does.
func (p *play) mark(s *sender) {
	if slices.ContainsFunc(p.running, func(o *op) bool { return o.actor == s.actor && o.class == "ledger" }) {
		return
	}
	r := s.record
	if r == nil {
		r = p.newRecord(s)
	}
	if r == nil {
		return
	}
	s.record = r
	var flying []*deliveries.StepAttempt
	p.run("record", s.actor, "ledger", func() (err error) {
		flying, err = s.Record(p.ctx, r.statement)
		return err
	}, func(o *op, err error) {
		if err != nil {
			r.again = true
			return
		}
		s.record = nil
		p.recorded(r, o, flying)
	})
}

func (p *play) newRecord(s *sender) *record {
	r := &record{results: s.results}
	var results []deliveries.StepResult
	for _, t := range s.results {
		t.written = maybe
		results = append(results, deliveries.StepResult{StepAttempt: t.attempt, State: t.state, Due: t.due, TakenBack: t.back})
	}
	s.results = nil
	n := 0
	var open []*lease
	for _, l := range s.leases {
		if l.Left() > 0 && !l.stopped {
			open = append(open, l)
		}
	}
	if l, ok := pick(p.T, "lease", open); ok {
		r.lease, n = l, rapid.IntRange(1, l.Left()).Draw(p.T, "deliveries")
	}
	if len(results)+n == 0 {
		return nil
	}
	if r.lease != nil {
		r.statement = deliveries.NewRecord(results, r.lease.StepLease, n)
	} else {
		r.statement = deliveries.NewRecord(results, nil, 0)
	}
	r.statement.Asked(func(reader int64, number int) {
		t := &mTry{number: number, phantom: true}
		r.phantoms = append(r.phantoms, t)
		d := p.m.delivered[[2]int64{r.lease.Edition(), reader}]
		d.tries = append(d.tries, t)
		r.lease.pending++
	})
	return r
}

// recorded reports the outcome of a record to the model.
func (p *play) recorded(r *record, o *op, flying []*deliveries.StepAttempt) {
	for _, t := range r.results {
		t.written, t.at = yes, p.m.step
		t.lease.pending--
	}
	if r.lease == nil {
		return
	}
	l := r.lease
	l.pending -= len(r.phantoms)
	if !r.again {
		for _, d := range p.m.delivered {
			d.tries = slices.DeleteFunc(d.tries, func(t *mTry) bool { return slices.Contains(r.phantoms, t) })
		}
	}
	for _, a := range flying {
		d := p.m.delivered[[2]int64{l.Edition(), a.Reader}]
		if r.again {
			d.tries = slices.DeleteFunc(d.tries, func(t *mTry) bool { return t.number == a.Number && slices.Contains(r.phantoms, t) })
		}
		t := p.m.begin(d, a.Number, a.Rendering, a.Resent, l.probe, o.began, l.ended > 0 && l.ended < o.began)
		l.ready = append(l.ready, &try{mTry: t, attempt: a, lease: l})
		l.pending++
	}
	if len(flying) == 0 { // the sender checks whether it still holds the batch, and then continues
		return
	}
	if l.stopped {
		p.stopLease(l)
	}
}

// send sends a delivery.
func (p *play) send(s *sender) {
	l, ok := pick(p.T, "lease", slices.DeleteFunc(slices.Clone(s.leases), func(l *lease) bool { return len(l.ready) == 0 }))
	if !ok {
		return
	}
	if l.late { // the clock is looked at before each
		p.stopLease(l)
		return
	}
	l.wire, l.ready = append(l.wire, l.ready[0]), l.ready[1:]
}

// answer is a reply of the mail server, or a lost connection.
func (p *play) answer(s *sender) {
	l, ok := pick(p.T, "lease", slices.DeleteFunc(slices.Clone(s.leases), func(l *lease) bool { return len(l.wire) == 0 }))
	if !ok {
		return
	}
	i := rapid.IntRange(0, len(l.wire)-1).Draw(p.T, "delivery")
	p.answered(l, i, rapid.SampledFrom([]string{"sent", "sent", "deferred", "deferred later", "bounced", "failed", "uncertain", "uncertain"}).Draw(p.T, "answer"))
}

func (p *play) answered(l *lease, i int, state string) {
	t := l.wire[i]
	l.wire = slices.Delete(l.wire, i, i+1)
	switch {
	case state == "deferred":
		t.due = time.Now()
	case state == "deferred later":
		state, t.due = "deferred", time.Now().Add(time.Hour)
	case state == "uncertain" && p.m.resend && !t.attempt.Resent:
		state, t.due = "queued", time.Now()
	}
	t.state = state
	l.sender.results = append(l.sender.results, t)
}

// stopLease prevents further deliveries of a lease from being sent.
func (p *play) stopLease(l *lease) {
	l.stopped = true
	l.Cut()
	p.takeBack(l, func(*try) bool { return true })
}

func (p *play) takeBack(l *lease, which func(*try) bool) {
	l.ready = slices.DeleteFunc(l.ready, func(t *try) bool {
		if !which(t) {
			return false
		}
		t.state, t.back = "queued", true
		l.sender.results = append(l.sender.results, t)
		return true
	})
}

func (p *play) stop(s *sender) {
	if l, ok := pick(p.T, "lease", s.leases); ok {
		p.stopLease(l)
	}
}

func (p *play) setApart(s *sender) {
	l, ok := pick(p.T, "lease", s.leases)
	if !ok || l.apart != "" {
		return
	}
	l.apart = rapid.SampledFrom([]string{"d0.example.net", "d1.example.net"}).Draw(p.T, "domain")
	l.SetApart(l.apart)
	p.takeBack(l, func(t *try) bool { return strings.HasSuffix(p.addr[t.attempt.Reader], "@"+l.apart) })
}

func (p *play) apply(s *sender) {
	l, ok := pick(p.T, "lease", slices.DeleteFunc(slices.Clone(s.leases), func(l *lease) bool { return s.Applied(l.StepLease) }))
	if ok {
		p.run("apply", s.actor, "batch", func() error { return s.Apply(p.ctx, l.StepLease) }, func(*op, error) {})
	}
}

// applyMeanwhile lets a sender apply the first result of a lease while it records others. It
// may die after that, before it applies those.
func (p *play) applyMeanwhile() {
	s, ok := pick(p.T, "sender", slices.DeleteFunc(slices.Clone(p.senders), func(s *sender) bool { return p.busy(s.actor) }))
	if !ok {
		return
	}
	if len(s.leases) == 0 {
		p.lease(s)
		p.check(p.T)
	}
	p.mark(s)
	p.check(p.T)
	l, ok := pick(p.T, "lease", slices.DeleteFunc(slices.Clone(s.leases), func(l *lease) bool { return l.late || len(l.ready)+len(l.wire) < 2 }))
	if !ok {
		return
	}
	l.wire, l.ready = append(l.wire, l.ready...), nil
	p.answered(l, 0, "sent")
	p.mark(s)
	p.waits = 1
	p.run("apply", s.actor, "batch", func() error { return s.Apply(p.ctx, l.StepLease) }, func(*op, error) {})
	for len(l.wire) > 0 {
		p.answered(l, 0, "sent")
	}
	p.mark(s)
	for _, o := range slices.Clone(p.running) {
		if o.actor == s.actor {
			p.finish(o)
		}
	}
	if rapid.Bool().Draw(p.T, "dies") {
		p.kill(s)
	}
}

// giveBack returns a lease without remaining work.
func (p *play) giveBack(s *sender) {
	l, ok := pick(p.T, "lease", slices.DeleteFunc(slices.Clone(s.leases), func(l *lease) bool { return !l.over() }))
	if !ok {
		return
	}
	last := !slices.ContainsFunc(s.leases, func(other *lease) bool { return other != l && other.Edition() == l.Edition() })
	p.run("return", s.actor, "batch", func() error {
		err := s.Return(p.ctx, l.StepLease, l.apart)
		if err == nil && last {
			err = s.Finish(p.ctx, l.Edition())
		}
		return err
	}, func(*op, error) {})
	s.leases = slices.DeleteFunc(s.leases, func(other *lease) bool { return other == l })
}

func (p *play) renew(s *sender) {
	if len(s.leases) == 0 {
		return
	}
	leases := slices.Clone(s.leases)
	var held map[*deliveries.StepLease]bool
	p.run("renew", s.actor, "pool", func() (err error) {
		held, err = s.Renew(p.ctx, s.known())
		return err
	}, func(_ *op, err error) {
		for _, l := range leases {
			if err == nil && !held[l.StepLease] {
				p.stopLease(l)
			}
		}
	})
}

func (p *play) recover(s *sender) {
	p.run("recover", s.actor, "batch", func() error { return s.Recover(p.ctx) }, func(*op, error) {})
}

// session ends the connection of a sender's heartbeat, or opens it again.
func (p *play) session(s *sender) {
	if rapid.Bool().Draw(p.T, "lose") {
		if !p.busy(s.actor) {
			p.Logf("%s: lose session", s.actor.name)
			s.LoseSession()
			s.silent = true
			for p.number(`SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = $1`, s.ID()) > 0 {
				time.Sleep(time.Millisecond)
			}
		}
		return
	}
	alive := true
	p.run("session", s.actor, "pool", func() (err error) {
		alive, err = s.KeepSession(p.ctx)
		return err
	}, func(_ *op, err error) {
		if err == nil && !alive {
			for _, l := range s.leases {
				p.stopLease(l)
			}
		}
	})
}

// kill ends a process at once.
func (p *play) kill(s *sender) {
	p.Logf("%s: killed", s.actor.name)
	p.senders = slices.DeleteFunc(p.senders, func(other *sender) bool { return other == s })
	p.running = slices.DeleteFunc(p.running, func(o *op) bool {
		if o.actor != s.actor {
			return false
		}
		o.gate.Open(true)
		<-o.done
		p.m.began = min(p.m.began, o.began)
		return true
	})
	s.actor.proxy.Close()
	s.Drop()
}

// expire lets a lease expire. Its sender notices by its own clock before.
func (p *play) expire() {
	if id, ok := pick(p.T, "batch", p.leasedBatches()); ok {
		p.expireBatch(id)
	}
}

func (p *play) leasedBatches() (ids []int64) {
	p.must(p.db.Select(&ids, `SELECT id FROM batches WHERE lease_until > now() ORDER BY id`))
	return ids
}

// leaseAgain lets a lease expire, and its own sender leases the batch again, if it is due
// first. The sender may still be asking for deliveries under the former lease.
func (p *play) leaseAgain() {
	if s, ok := pick(p.T, "sender", slices.DeleteFunc(slices.Clone(p.senders), func(s *sender) bool { return len(s.leases) == 0 })); ok {
		l, _ := pick(p.T, "lease", s.leases)
		p.expireBatch(l.Batch())
		p.check(p.T)
		p.lease(s)
	}
}

func (p *play) expireBatch(id int64) {
	for _, l := range p.leases(id) {
		l.late = true
	}
	e := expiry{step: p.m.step}
	p.run("expire", nil, "", func() error {
		return p.db.Get(&e.fence, `UPDATE batches SET lease_until = CASE WHEN lease_until > now() THEN now() ELSE lease_until END WHERE id = $1 RETURNING fence`, id)
	}, func(_ *op, err error) {
		p.must(err)
		p.expired[id] = e
		for _, l := range p.leases(id) {
			if l.late = l.late || l.Fence() <= e.fence; l.Fence() <= e.fence && l.ended == 0 {
				l.ended = p.m.step
			}
		}
	})
}

// time lets deferred deliveries become due.
func (p *play) time() {
	p.run("time", nil, "", func() error {
		_, err := p.db.Exec(`UPDATE batches SET due_at = now() WHERE due_at > now() AND due_at < 'infinity' AND leased_by IS NULL`)
		if err == nil {
			_, err = p.db.Exec(`UPDATE deliveries SET due_at = now() WHERE due_at > now() AND state IN ('queued', 'deferred')`)
		}
		return err
	}, func(*op, error) {})
}

func (p *play) anEdition() *mEdition {
	return p.m.editions[rapid.Int64Range(1, int64(len(p.m.editions))).Draw(p.T, "edition")]
}

// control is a step of staff on an edition.
func (p *play) control() {
	e := p.anEdition()
	p.finishStaff()
	now := time.Now()
	switch rapid.SampledFrom([]string{"pause", "resume", "resume", "cancel"}).Draw(p.T, "control") {
	case "pause":
		p.staffs("pause", func() error { return p.staff.eds.Pause(p.ctx, e.id) }, func(err error) {
			if err == nil {
				e.stopped, e.braked = true, false
			}
		})
	case "resume":
		for _, other := range p.m.editions {
			if other == e || e.braked && other.braked {
				other.stopped = other.closed
			}
		}
		p.staffs("resume", func() error { return p.staff.eds.Resume(p.ctx, e.id, now) }, func(error) { p.readBraked() })
	case "cancel":
		e.cancelled = true
		p.staffs("cancel", func() error { return p.staff.eds.Cancel(p.ctx, e.id, now) }, func(err error) {
			e.closed = e.closed || err == nil
			e.stopped, e.braked = e.stopped || e.closed, e.braked && !e.closed
		})
	}
}

// staffs is a step of staff. It is no error if the step does not apply.
func (p *play) staffs(name string, do func() error, then func(error)) {
	p.run(name, p.staff, "staff", do, func(_ *op, err error) { then(err) })
}

// uncertain is a decision of staff about attempts with an unknown result.
func (p *play) uncertain() {
	e := p.anEdition()
	if rapid.Bool().Draw(p.T, "drop") {
		p.drop(e)
	} else {
		p.resend(e)
	}
}

func (p *play) drop(e *mEdition) {
	now := time.Now()
	p.finishStaff()
	for _, d := range p.m.delivered {
		d.dropped = d.dropped || d.edition == e
	}
	p.staffs("drop", func() error { _, err := p.staff.eds.DropUncertain(p.ctx, e.id, now); return err }, func(error) {})
}

func (p *play) resend(e *mEdition) {
	now := time.Now()
	p.finishStaff()
	granted := map[*mDelivery]bool{}
	grant := func() {
		for _, r := range p.rows() {
			if d := p.m.delivered[[2]int64{r.Edition, r.Reader}]; r.Edition == e.id && !granted[d] && (r.State == "uncertain" || r.State == "queued" && d.seen == "uncertain") {
				granted[d] = true
				d.resends++
			}
		}
	}
	grant()
	p.staffs("resend", func() error { _, err := p.staff.eds.ResendUncertain(p.ctx, e.id, now); return err }, func(error) { grant() })
}

// finishMeanwhile lets a sender finish an edition while staff resend a delivery of it.
func (p *play) finishMeanwhile() {
	s, ok := pick(p.T, "sender", slices.DeleteFunc(slices.Clone(p.senders), func(s *sender) bool { return p.busy(s.actor) }))
	if !ok {
		return
	}
	if len(s.leases) == 0 {
		p.lease(s)
		p.check(p.T)
	}
	l, ok := pick(p.T, "lease", slices.DeleteFunc(slices.Clone(s.leases), func(l *lease) bool { return l.late }))
	if !ok {
		return
	}
	for range 3 {
		p.mark(s)
		l.wire, l.ready = append(l.wire, l.ready...), nil
		for len(l.wire) > 0 {
			p.answered(l, 0, "uncertain")
		}
	}
	p.mark(s)
	p.apply(s)
	p.check(p.T)
	if len(s.leases) == 1 && l.over() && !p.busy(s.actor) {
		p.waits = 5 // after it looked whether the edition is over, twice
		p.giveBack(s)
		p.resend(p.m.editions[l.Edition()])
	}
}

// retry is a decision of staff about deliveries that failed.
func (p *play) retry() { p.retryOf(p.anEdition()) }

func (p *play) retryOf(e *mEdition) {
	now := time.Now()
	p.finishStaff()
	granted := map[*mDelivery]bool{}
	grant := func() {
		for _, r := range p.rows() {
			d := p.m.delivered[[2]int64{r.Edition, r.Reader}]
			if unreached := []string{"failed", "bounced"}; r.Edition == e.id && !granted[d] && (slices.Contains(unreached, r.State) || slices.Contains(unreached, d.seen)) {
				granted[d] = true
				d.retries++
			}
		}
	}
	grant()
	p.staffs("retry", func() error { _, err := p.staff.eds.Retry(p.ctx, e.id, now); return err }, func(error) { grant() })
}

// report is a late bounce of a delivery.
func (p *play) report() {
	e := p.anEdition()
	ids := slices.Sorted(maps.Keys(p.m.readers))
	if sent := slices.DeleteFunc(slices.Clone(ids), func(id int64) bool {
		return !slices.ContainsFunc(p.m.delivered[[2]int64{e.id, id}].tries, func(t *mTry) bool { return t.state == "sent" && t.written == yes })
	}); len(sent) > 0 && rapid.IntRange(0, 3).Draw(p.T, "any") > 0 {
		ids = sent
	}
	d := p.m.delivered[[2]int64{e.id, rapid.SampledFrom(ids).Draw(p.T, "reader")}]
	hard := rapid.IntRange(0, 2).Draw(p.T, "hard") == 0
	state := "failed"
	if hard {
		state = "bounced"
	}
	p.finishStaff()
	d.reports[state] = true
	changed, since := false, p.m.step
	p.staffs("report", func() (err error) {
		changed, err = p.staff.reports.BounceLate(p.ctx, e.id, d.reader.id, deliveries.LateBounce{Code: 550, Hard: hard})
		return err
	}, func(err error) {
		if err == nil && !changed {
			p.m.reported(d, state, since)
		}
		d.recorded = d.recorded || changed || err != nil && !errors.Is(err, deliveries.ErrInFlight)
	})
}

func (p *play) finishStaff() {
	for _, o := range slices.Clone(p.running) {
		if o.actor == p.staff {
			p.finish(o)
		}
	}
}

// rewrite corrects or withdraws the article of an edition.
func (p *play) rewrite() {
	e := p.anEdition()
	p.now = p.now.Add(time.Minute)
	now := p.now
	p.finishStaff()
	if rapid.IntRange(0, 2).Draw(p.T, "withdraw") == 0 {
		e.withdrawn = true
		p.exec(`UPDATE articles SET state = 'withdrawn', changed_at = $2 WHERE id = $1`, e.id, now)
	} else {
		p.exec(`UPDATE articles SET title = title || '!', changed_at = $2 WHERE id = $1`, e.id, now)
	}
	p.staffs("render", func() error { return p.staff.eds.Prepare(p.ctx, now) }, func(err error) {
		if err == nil {
			e.rendered = append(e.rendered, mRendering{p.number(`SELECT COALESCE(max(rendering_id), 0) FROM variants WHERE edition_id = $1`, e.id), p.m.step})
		}
	})
}

// reader is a step of a reader.
func (p *play) reader() {
	ids := make([]int64, 0, len(p.m.readers))
	for id := range p.m.readers {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	r := p.m.readers[rapid.SampledFrom(ids).Draw(p.T, "reader")]
	if r.leaves {
		return
	}
	r.leaves = true
	email, now := p.addr[r.id], time.Now()
	do := map[string]func() error{
		"leave": func() error { // in a transaction that may stay open
			return p.public.db.InTx(p.ctx, func(tx *sqlx.Tx) error {
				_, err := tx.Exec(`UPDATE subscribers SET state = 'left', left_at = $2 WHERE id = $1`, r.id, now)
				return err
			})
		},
		"pause": func() error {
			return p.public.db.InTx(p.ctx, func(tx *sqlx.Tx) error {
				_, err := tx.Exec(`UPDATE subscribers SET paused_until = $2 WHERE id = $1`, r.id, now.Add(time.Hour))
				return err
			})
		},
		"suppress": func() error { return p.public.subs.Suppress(p.ctx, email, "staff", "", now) },
		"erase":    func() error { return p.public.subs.Erase(p.ctx, r.id, now) },
	}
	how := rapid.SampledFrom([]string{"leave", "leave", "leave", "pause", "suppress", "suppress", "erase"}).Draw(p.T, "how")
	p.run(how, p.public, "public", do[how], func(_ *op, err error) {
		if err == nil {
			r.gone = p.m.step
		}
	})
}

// settle lets a last sender complete all work, and compares each delivery with its expected
// state.
func (p *play) settle() {
	p.calm = true
	p.finishAll()
	p.check(p.T)
	clean := rapid.Bool().Draw(p.T, "clean end")
	for _, s := range slices.Clone(p.senders) {
		for i := 0; clean && i < 10; i++ {
			p.drain(s)
		}
		p.kill(s)
	}
	p.hour()
	for _, e := range p.m.editions {
		if err := p.staff.eds.Resume(p.ctx, e.id, time.Now()); err == nil {
			e.stopped, e.braked, e.sending = false, false, p.m.step+1
		}
	}
	p.m.step++
	p.start()
	p.complete(p.senders[0])
	if rapid.Bool().Draw(p.T, "retry what failed") {
		for id := range int64(len(p.m.editions)) {
			p.retryOf(p.m.editions[id+1])
			p.check(p.T)
		}
		p.complete(p.senders[0])
	}
	for _, r := range p.rows() {
		p.m.checkEnd(p.m.delivered[[2]int64{r.Edition, r.Reader}], r)
	}
}

// complete lets a sender work until no edition has work left.
func (p *play) complete(s *sender) {
	for round := 0; p.number(`SELECT count(*) FROM editions WHERE state = 'sending'`)+p.number(`SELECT count(*) FROM journal`)+
		p.number(`SELECT count(*) FROM batches WHERE due_at IS NOT NULL`) > 0; round++ {
		if round > 30 {
			p.Fatalf("the editions do not come to an end")
		}
		p.check(p.T)
		for _, id := range p.leasedBatches() {
			p.expireBatch(id)
		}
		p.time()
		p.recover(s)
		p.must(p.staff.eds.Prepare(p.ctx, p.now)) // as the scheduler does, for a retry that was cut off
		p.check(p.T)
		p.lease(s)
		p.check(p.T)
		for range 6 {
			p.drain(s)
		}
	}
}

// drain completes the work of a sender.
func (p *play) drain(s *sender) {
	p.mark(s)
	for _, l := range s.leases {
		if l.late {
			p.stopLease(l)
		}
		l.wire, l.ready = append(l.wire, l.ready...), nil
		for len(l.wire) > 0 {
			p.answered(l, 0, "sent")
		}
	}
	p.mark(s)
	p.apply(s)
	p.giveBack(s)
}
