package mailer

// returnLease ends a lease whose deliveries are all settled, when its results are applied.
func (s *Sender) returnLease(l *lease) {
	s.refund(l)
	err := s.ledger.close(s.given, l.flight, l.alone || s.queue.idle())
	if l.Domain == "" {
		for _, domain := range l.quiet {
			if err == nil {
				err = s.store.Split(s.given, l.Lease, domain)
			}
		}
	}
	if err == nil {
		err = s.store.Return(s.given, l.Lease, s.id(), l.notBefore)
	}
	if last := s.queue.remove(l); err == nil && last { // else another lease of it is returned later
		err = s.store.Finish(s.given, l.Edition)
	}
	_ = s.note(s.given, "return a batch", err)
}
