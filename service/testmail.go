package service

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"

	"corridor/editions"
	"corridor/mailer"
	"corridor/mailer/message"
	"corridor/subscribers"
)

// SendTest puts a special edition into the outbox as an email to one address. The email is
// composed as for a reader and has all headers of a reader's email. Only the subject, which
// begins with [Test], and the Message-ID differ. Its links belong to the reader with that
// address. For an address without a reader they are signed for reader 0, which does not exist:
// a one-click request is answered with 200 and changes nothing.
func (s *Service) SendTest(ctx context.Context, store *editions.Store, edition int64, address string, now time.Time) error {
	rendering, err := store.RenderSpecial(ctx, edition, now)
	if err != nil {
		return err
	}
	rendering.Subject = "[Test] " + rendering.Subject
	to, err := s.testRecipient(ctx, edition, address)
	if err != nil {
		return err
	}
	signer, err := s.Signer(ctx)
	if err != nil {
		return err
	}
	personaliser, err := store.NewPersonaliser(ctx, signer)
	if err != nil {
		return err
	}
	letterhead := s.senderOptions().Letterhead
	letterhead.Headers = message.Headers{} // the sender adds those of a message of the outbox
	template, err := message.Compose(letterhead, rendering, to.Format)
	if err != nil {
		return err
	}
	personal := personaliser.Personal(to)
	if to.SubscriberID != 0 {
		ids, err := s.MessageIDs(ctx)
		if err != nil {
			return err
		}
		personal.LeaveAddress = ids.Marks(edition, to.SubscriberID).Leave
	}
	id := fmt.Sprintf("<test.%s@%s>", strings.ToLower(rand.Text()), s.MailDomain())
	message, err := template.Splice(nil, personal, to, id, now, nil) // the sender signs it
	if err != nil {
		return err
	}
	return mailer.PostTx(ctx, s.DB, "test", to.Address, message, now)
}

// testRecipient returns the recipient of a test: the reader with that address if there is
// one, else a recipient without preferences.
func (s *Service) testRecipient(ctx context.Context, edition int64, address string) (message.Recipient, error) {
	address, err := subscribers.ParseAddress(address)
	if err != nil {
		return message.Recipient{}, err
	}
	to := message.Recipient{EditionID: edition, Address: address, Format: "html"}
	reader, err := s.Readers().Find(ctx, address)
	switch {
	case errors.Is(err, subscribers.ErrNotFound):
		return to, nil
	case err != nil:
		return to, err
	}
	to.SubscriberID, to.LinkVersion, to.PreferenceSetID = reader.ID, reader.LinkVersion, reader.PreferenceSetID
	to.Name, to.Format, to.Language = reader.Name, reader.Preferences.Format, reader.Preferences.Language
	return to, nil
}
