package mailbox

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

// readIMAP reads new messages over IMAP. UIDs grow in the order of arrival while the
// folder's UIDVALIDITY stays the same (RFC 9051 section 2.3.1.1), so the last UID is the
// position. Without MoveTo the folder is opened for reading only.
func (m *Mailbox) readIMAP(ctx context.Context, conn net.Conn) (n int, err error) {
	client := imapclient.New(conn, nil)
	defer func() { _ = client.Close() }()
	if err := client.WaitGreeting(); err != nil {
		return 0, fmt.Errorf("greeting: %w", err)
	}
	if err := client.Login(m.address.user, m.address.password).Wait(); err != nil {
		return 0, fmt.Errorf("signing in: %w", err)
	}
	folder, err := client.Select(m.address.folder, &imap.SelectOptions{ReadOnly: m.MoveTo == ""}).Wait()
	if err != nil {
		return 0, fmt.Errorf("opening the folder %s: %w", m.address.folder, err)
	}
	if m.MoveTo != "" {
		if err := m.ensureFolder(client); err != nil {
			return 0, err
		}
	}
	last, err := m.position.last(ctx, folder.UIDValidity)
	if err != nil {
		return 0, err
	}
	uids, err := newUIDs(client, last)
	if err != nil {
		return 0, fmt.Errorf("looking for new messages: %w", err)
	}
	for part := range slices.Chunk(uids, batch) {
		taken, failed := m.takeIMAP(ctx, client, part)
		if n += len(taken); len(taken) > 0 {
			if err := m.moveIMAP(client, taken); err != nil {
				return n, errors.Join(failed, err)
			}
			last = taken[len(taken)-1]
		}
		if failed == nil { // a message may have been deleted meanwhile
			last = part[len(part)-1]
		}
		if err := errors.Join(failed, m.position.store(ctx, folder.UIDValidity, last)); err != nil {
			return n, err
		}
	}
	return n, client.Logout().Wait()
}

// ensureFolder makes the folder MoveTo unless there is one.
func (m *Mailbox) ensureFolder(client *imapclient.Client) error {
	found, err := client.List("", m.MoveTo, nil).Collect()
	if err == nil && len(found) == 0 {
		err = client.Create(m.MoveTo, nil).Wait()
	}
	if err != nil {
		return fmt.Errorf("making the folder %s: %w", m.MoveTo, err)
	}
	return nil
}

// newUIDs returns up to maxMessages UIDs after last, ascending. A server may answer a range
// without messages with the last message, RFC 9051 section 9, seq-range.
func newUIDs(client *imapclient.Client, last imap.UID) ([]imap.UID, error) {
	after := imap.UIDSet{}
	after.AddRange(last+1, 0)
	found, err := client.UIDSearch(&imap.SearchCriteria{UID: []imap.UIDSet{after}}, nil).Wait()
	if err != nil {
		return nil, err
	}
	set, _ := found.All.(imap.UIDSet)
	var uids []imap.UID
	for _, r := range set {
		for uid := max(r.Start, last+1); uid <= r.Stop && uid != 0 && len(uids) < maxMessages; uid++ {
			uids = append(uids, uid)
		}
	}
	slices.Sort(uids)
	return slices.Compact(uids), nil
}

// takeIMAP reads the messages of a batch, up to one that cannot be taken. taken are the UIDs
// before that one, ascending; they may be stored as read.
func (m *Mailbox) takeIMAP(ctx context.Context, client *imapclient.Client, uids []imap.UID) (taken []imap.UID, failed error) {
	body := &imap.FetchItemBodySection{Peek: true, Partial: &imap.SectionPartial{Size: maxSize}}
	fetch := client.Fetch(imap.UIDSetNum(uids...), &imap.FetchOptions{UID: true, BodySection: []*imap.FetchItemBodySection{body}})
	first := uids[len(uids)-1] + 1 // UID of the first message that is not taken
	for message := fetch.Next(); message != nil; message = fetch.Next() {
		uid, text, err := bodyOf(message)
		if failed == nil && err == nil && len(text) > 0 && slices.Contains(uids, uid) {
			err = m.Take(ctx, text)
		}
		switch {
		case !slices.Contains(uids, uid) && err == nil: // a notice about another message
		case failed != nil: // the rest of the batch is read all the same, because the client waits for that
			first = min(first, uid)
		case err != nil:
			failed, first = err, uid
		default:
			taken = append(taken, uid)
		}
	}
	if failed == nil {
		if failed = fetch.Close(); failed != nil {
			return nil, fmt.Errorf("reading messages: %w", failed)
		}
	}
	slices.Sort(taken)
	return slices.DeleteFunc(slices.Compact(taken), func(uid imap.UID) bool { return uid >= first }), failed
}

// moveIMAP moves messages to the folder MoveTo, if there is one.
func (m *Mailbox) moveIMAP(client *imapclient.Client, uids []imap.UID) error {
	if m.MoveTo == "" {
		return nil
	}
	if _, err := client.Move(imap.UIDSetNum(uids...), m.MoveTo).Wait(); err != nil {
		return fmt.Errorf("moving messages to the folder %s: %w", m.MoveTo, err)
	}
	return nil
}

// bodyOf reads a fetched message, up to maxSize bytes. After an error its UID may be 0.
func bodyOf(message *imapclient.FetchMessageData) (uid imap.UID, text []byte, err error) {
	for item := message.Next(); item != nil; item = message.Next() {
		if named, ok := item.(imapclient.FetchItemDataUID); ok {
			uid = named.UID
		}
		section, ok := item.(imapclient.FetchItemDataBodySection)
		if !ok || section.Literal == nil {
			continue
		}
		read, err := io.ReadAll(io.LimitReader(section.Literal, maxSize))
		if err == nil {
			_, err = io.Copy(io.Discard, section.Literal)
		}
		if err == nil && int64(len(read)) < min(section.Literal.Size(), maxSize) {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			return uid, nil, fmt.Errorf("reading a message: %w", err)
		}
		if text == nil {
			text = read
		}
	}
	return uid, text, nil
}
