package mailbox

import (
	"context"
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
		done, err := m.takeIMAP(ctx, client, part)
		n += done
		if err != nil {
			return n, err
		}
		if err := m.position.store(ctx, folder.UIDValidity, part[len(part)-1]); err != nil {
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

// takeIMAP reads the messages of a batch and then moves them.
func (m *Mailbox) takeIMAP(ctx context.Context, client *imapclient.Client, uids []imap.UID) (n int, err error) {
	set := imap.UIDSetNum(uids...)
	body := &imap.FetchItemBodySection{Peek: true, Partial: &imap.SectionPartial{Size: maxSize}}
	fetch := client.Fetch(set, &imap.FetchOptions{UID: true, BodySection: []*imap.FetchItemBodySection{body}})
	var failed error
	for message := fetch.Next(); message != nil; message = fetch.Next() {
		text, err := bodyOf(message)
		if failed == nil && err == nil && len(text) > 0 {
			err = m.Take(ctx, text)
			n++
		}
		if failed == nil { // the rest of the batch is read all the same, because the client waits for that
			failed = err
		}
	}
	if failed != nil {
		return n, failed
	}
	if err := fetch.Close(); err != nil {
		return n, fmt.Errorf("reading messages: %w", err)
	}
	if m.MoveTo != "" {
		if _, err := client.Move(set, m.MoveTo).Wait(); err != nil {
			return n, fmt.Errorf("moving messages to the folder %s: %w", m.MoveTo, err)
		}
	}
	return n, nil
}

// bodyOf reads a fetched message, up to maxSize bytes.
func bodyOf(message *imapclient.FetchMessageData) (text []byte, err error) {
	for item := message.Next(); item != nil; item = message.Next() {
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
			return nil, fmt.Errorf("reading a message: %w", err)
		}
		if text == nil {
			text = read
		}
	}
	return text, nil
}
