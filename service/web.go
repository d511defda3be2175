package service

import (
	"time"

	"corridor/articles"
	"corridor/mailer"
	"corridor/subscribers"
	"corridor/web"
)

// signUpTime is the least duration of a sign-up. It is longer than the work for any
// address, so that the duration does not disclose whether the address is known.
const signUpTime = 250 * time.Millisecond

// webOptions returns the options of the pages.
func (s *Service) webOptions(signer *subscribers.Signer) (o web.Options, err error) {
	c := s.Config
	proxies, err := web.ParseProxies(c.Server.TrustedProxies)
	if err != nil {
		return o, err
	}
	write, err := s.MessageWriter(signer)
	if err != nil {
		return o, err
	}
	writeLink, err := s.editionLinkWriter()
	if err != nil {
		return o, err
	}
	past, err := s.Editions()
	if err != nil {
		return o, err
	}
	publisher := s.Publisher(requestsPerMinute)
	o = web.Options{
		Site:           s.site(),
		TrustedProxies: proxies, Log: s.Log, Now: time.Now,
		Subscribers: s.Readers(), Signer: signer, WriteMessage: write, WriteEditionLink: writeLink, From: s.From.Address, SignUpTime: signUpTime,
		Articles: articles.NewStore(s.DB), Editions: past, Feeds: publisher, Hub: s.hub(publisher), Hubs: s.sourceHubs(nil), Ready: s.Ready,
	}
	for _, p := range c.Programs {
		o.Programs = append(o.Programs, web.Label{Slug: p.Slug, Name: p.Name})
	}
	for _, r := range c.Regions {
		o.Regions = append(o.Regions, web.Label{Slug: r.Slug, Name: r.Name})
	}
	if s.Captures() {
		o.Mail = &mailer.Mailbox{Dir: s.MailFolder()}
		if o.MailToken, err = s.mailToken(); err != nil {
			return o, err
		}
	}
	return o, nil
}
