package editions

import (
	"context"
	"errors"
	"strings"
	"testing"
)

// The error of a query says once which operation failed, and where.
func TestErrorsNameTheOperation(t *testing.T) {
	w := newWorld(t)
	stopped, cancel := context.WithCancel(w.ctx)
	cancel()
	s := w.store
	for says, run := range map[string]func() error{
		"listing the archive":                            func() error { _, err := s.Archive(stopped, 0, 1); return err },
		"reading the address of edition 7":               func() error { _, err := s.PublicAddress(stopped, 7); return err },
		"reading the archived edition x":                 func() error { _, _, err := s.ArchivedEdition(stopped, "x"); return err },
		"reading a page":                                 func() error { _, err := s.VariantPage(stopped, "x", 7); return err },
		"pausing edition 7":                              func() error { return s.Pause(stopped, 7) },
		"resuming edition 7":                             func() error { return s.Resume(stopped, 7, monday) },
		"cancelling edition 7":                           func() error { return s.Cancel(stopped, 7, monday) },
		"planning the daily digest":                      func() error { _, err := s.PlanDigest(stopped, Daily, monday); return err },
		"sending the daily digest":                       func() error { _, err := s.SendDigest(stopped, Daily, monday, monday); return err },
		"reading when planning began":                    func() error { return s.planDue(stopped, monday) },
		"planning instant readers":                       func() error { return s.planInstantDue(stopped, monday) },
		"rendering the next variant":                     func() error { return s.Prepare(stopped, monday) },
		"reading the list":                               func() error { _, err := s.List(stopped, 1); return err },
		"reading edition 7":                              func() error { _, err := s.Find(stopped, 7); return err },
		"reading the progress of edition 7":              func() error { _, err := s.Uncertain(stopped, 7); return err },
		"dropping the uncertain deliveries of edition 7": func() error { _, err := s.DropUncertain(stopped, 7, monday); return err },
		"creating a special edition": func() error {
			_, err := s.CreateSpecial(stopped, Special{Subject: "S", Intro: "I"}, monday)
			return err
		},
		"changing special edition 7":   func() error { return s.EditSpecial(stopped, 7, func(*Special) error { return nil }) },
		"approving special edition 7":  func() error { return s.Approve(stopped, 7, "anna") },
		"sending special edition 7":    func() error { _, err := s.SendSpecial(stopped, 7, monday); return err },
		"previewing special edition 7": func() error { _, err := s.PreviewSpecial(stopped, 7, monday); return err },
		"reading a reader's facts":     func() error { _, err := s.Why(stopped, "r@example.com", "1", monday); return err },
		"reading preference sets":      func() error { _, err := s.NewPersonaliser(stopped, nil); return err },
	} {
		err := run()
		if !errors.Is(err, context.Canceled) || !strings.HasPrefix(err.Error(), "editions: "+says) || strings.Count(err.Error(), "editions: ") != 1 {
			t.Errorf("%s: %v", says, err)
		}
	}
}

// A message for staff is printed as it is, and is recognised by its kind.
func TestRefusalsStayReadable(t *testing.T) {
	w := newWorld(t)
	id, err := w.store.CreateSpecial(w.ctx, Special{Subject: "Summit", Intro: "Moved."}, monday)
	if err != nil {
		t.Fatal(err)
	}
	wish := errors.New("name a reader")
	for says, c := range map[string]struct {
		err  error
		kind error
	}{
		"there is no edition 99;":                    {w.store.Pause(w.ctx, 99), ErrNotFound},
		"edition 1 is draft and cannot be paused":    {w.store.Pause(w.ctx, id), StateError{id, "draft", "paused"}},
		"special edition 1: it is not approved; run": {second(w.store.SendSpecial(w.ctx, id, monday)), ErrNotApproved},
		"there is no program \"x\"; there are":       {second(w.store.CreateSpecial(w.ctx, Special{Subject: "S", Intro: "I", Audience: Audience{Programs: []string{"x"}}}, monday)), nil},
		"a special edition needs a subject":          {second(w.store.CreateSpecial(w.ctx, Special{}, monday)), nil},
		"there is no yearly digest; frequencies are": {second(w.store.PlanDigest(w.ctx, "yearly", monday)), nil},
		"name a reader":                              {w.store.EditSpecial(w.ctx, id, func(*Special) error { return wish }), wish},
	} {
		if c.err == nil || !strings.HasPrefix(c.err.Error(), says) || c.kind != nil && !errors.Is(c.err, c.kind) {
			t.Errorf("%v, want %q", c.err, says)
		}
	}
}

func second[T any](_ T, err error) error { return err }
