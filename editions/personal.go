package editions

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"corridor/articles"
	"corridor/mailer/message"
	"corridor/subscribers"

	"github.com/lib/pq"
)

// Personaliser computes the values of a recipient's placeholders. It caches the sentence of
// each preference set and the facts of each edition, and queries the database only for a
// set or an edition that is not cached.
type Personaliser struct {
	store  *Store
	signer *subscribers.Signer

	mu      sync.RWMutex
	follows map[int64]string // by preference set: the programs and regions as a phrase
	known   map[int64]about  // by edition
}

// NewPersonaliser returns a personaliser with all present preference sets in its cache.
func (s *Store) NewPersonaliser(ctx context.Context, signer *subscribers.Signer) (_ *Personaliser, err error) {
	defer wrap(&err, "reading preference sets")
	p := &Personaliser{store: s, signer: signer, follows: map[int64]string{0: s.follows(nil, nil)}, known: map[int64]about{}}
	rows, err := s.db.QueryContext(ctx, `SELECT id, programs, regions FROM preference_sets`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var id int64
		var programs, regions []string
		if err := rows.Scan(&id, pq.Array(&programs), pq.Array(&regions)); err != nil {
			return nil, err
		}
		p.follows[id] = s.follows(programs, regions)
	}
	return p, rows.Err()
}

// Personal returns the values of a recipient's placeholders. It is a [message.Personalise].
func (p *Personaliser) Personal(r message.Recipient) message.Personal {
	base := p.store.opts.BaseURL
	name := headline(r.Name, 100)
	greeting := "Dear reader,"
	if name != "" {
		greeting = "Dear " + name + ","
	}
	why := "You get this because you follow "
	edition := p.about(r.EditionID)
	if edition.Kind == "special" {
		why = "You get this special edition as a reader of " + oneLine(p.store.opts.Title) + ". You follow "
	}
	unsubscribe := base + "/unsubscribe/" + p.signer.Sign(subscribers.PurposeUnsubscribe, r.SubscriberID, r.EditionID, r.LinkVersion)
	return message.Personal{
		Name: name, Greeting: greeting, Why: why + p.followed(r.PreferenceSetID) + ".",
		PreferencesURL: base + "/preferences/" + p.signer.Sign(subscribers.PurposePreferences, r.SubscriberID, r.EditionID, r.LinkVersion),
		UnsubscribeURL: unsubscribe, OneClickURL: unsubscribe,
		ViewURL: p.viewURL(edition, r),
	}
}

// lookupTime is the limit for a query that the cache cannot answer. Without an answer the
// email is sent with a more general sentence and link.
const lookupTime = 2 * time.Second

func (p *Personaliser) followed(set int64) string {
	p.mu.RLock()
	text, ok := p.follows[set]
	p.mu.RUnlock()
	if ok {
		return text
	}
	ctx, cancel := context.WithTimeout(context.Background(), lookupTime)
	defer cancel()
	var programs, regions []string
	if err := p.store.db.QueryRowContext(ctx, `SELECT programs, regions FROM preference_sets WHERE id = $1`, set).
		Scan(pq.Array(&programs), pq.Array(&regions)); err != nil {
		return oneLine(p.store.opts.Title)
	}
	text = p.store.follows(programs, regions)
	p.mu.Lock()
	p.follows[set] = text
	p.mu.Unlock()
	return text
}

// about holds the facts of an edition that its emails depend on.
type about struct {
	Kind    string
	Address string
	Named   bool // the edition goes to named readers alone
}

// about returns the facts of an edition. It returns the zero value when the database does
// not answer in time.
func (p *Personaliser) about(edition int64) about {
	p.mu.RLock()
	a, ok := p.known[edition]
	p.mu.RUnlock()
	if ok {
		return a
	}
	ctx, cancel := context.WithTimeout(context.Background(), lookupTime)
	defer cancel()
	if err := p.store.db.GetContext(ctx, &a, `SELECT e.kind, e.address, `+toNamed+` AS named FROM editions e WHERE e.id = $1`, edition); err != nil {
		return about{}
	}
	p.mu.Lock()
	p.known[edition] = a
	p.mu.Unlock()
	return a
}

// viewURL returns the address of a recipient's email on the web. An edition to named
// readers alone has a signed link for each recipient. When the database did not answer, the
// address has the edition's id, which leads to the page or to a form that emails the link.
// A recipient without a variant, as of a test, gets the address of the edition.
func (p *Personaliser) viewURL(edition about, r message.Recipient) string {
	switch {
	case edition.Named:
		return p.store.opts.BaseURL + "/editions/" + p.signer.Sign(subscribers.PurposeEdition, r.SubscriberID, r.EditionID, r.LinkVersion)
	case edition.Address != "" && r.VariantID == 0:
		return p.store.opts.BaseURL + "/editions/" + edition.Address
	case edition.Address != "":
		return p.store.publicURL(edition.Address, r.VariantID)
	}
	return fmt.Sprintf("%s/editions/%d/%d", p.store.opts.BaseURL, r.EditionID, r.VariantID)
}

// follows returns the programs and regions of a preference set as a phrase: "the Energy
// and Economy Program on Central Asia".
func (s *Store) follows(programs, regions []string) string {
	p, r := joinAnd(s.withArticle(programs, s.opts.Programs)), joinAnd(s.withArticle(regions, s.opts.Regions))
	switch {
	case p == "" && r == "":
		return "everything we publish"
	case r == "":
		return p
	case p == "":
		return "what we publish on " + r
	}
	return p + " on " + r
}

// names returns the names of labels in the publication's order. A label that is no longer
// configured is named by its slug, at the end.
func names(known []Label, slugs []string) []string {
	labels, others := articles.Named(known, slugs)
	var list []string
	for _, l := range labels {
		list = append(list, oneLine(l.Name))
	}
	for _, slug := range others {
		list = append(list, oneLine(slug))
	}
	return list
}

// withArticle returns the names of labels for a sentence. The name of a program gets the
// definite article.
func (s *Store) withArticle(slugs []string, known []Label) []string {
	list := names(known, slugs)
	for i, name := range list {
		if strings.HasSuffix(name, "Program") || strings.HasSuffix(name, "Programme") {
			list[i] = "the " + name
		}
	}
	return list
}
