package subscribers

import (
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
)

// suppressionColumns are the columns of an export of suppressions. A suppression without an
// address has its hash in the last one, after hashMark or formerMark.
var suppressionColumns = []string{"email", "reason", "detail", "source", "event", "at", "hash"}

const (
	hashMark   = "sha256:"
	formerMark = "sha256-former:" // as a former version folded the address; see formerHashes
)

// suppressionAliases are the columns of other tools, as of columnKey, beside those of
// spreadsheet.
var suppressionAliases = map[string]string{
	"address": "email", "recipient": "email", "recipient_email": "email", "subscriber": "email", "suppressed_email": "email", "emailaddress": "email",
	"suppressed": "reason", "type": "reason", "suppression_reason": "reason", "suppressionreason": "reason", "bounce_type": "reason",
	"suppressed_detail": "detail", "error": "detail", "description": "detail", "message": "detail", "comment": "detail", "note": "detail", "bounce_reason": "detail",
	"suppressed_source": "source", "origin": "source",
	"created": "at", "created_at": "at", "createdat": "at", "suppressed_at": "at", "date": "at", "timestamp": "at", "time": "at", "lastupdatetime": "at", "last_update_time": "at",
	"unsub_time": "at", "clean_time": "at", "unsubscribed_at": "at", "bounced_at": "at", "complained_at": "at",
}

// suppressionRow is a valid row of a file of suppressions.
type suppressionRow struct {
	email, folded string // empty: only the hash is known
	hash          []byte // of folded, or as in the file
	former        bool   // see formerHashes
	reason        Reason
	detail        string
	source        string
	at            time.Time // zero: not in the file
}

// suppressionReader parses a file of suppressions: CSV whose first line names the columns,
// or a list of addresses.
type suppressionReader struct {
	*csvReader
	named  bool     // the first line names the columns
	first  []string // the first row of a file without names
	reason Reason   // of rows that name none
}

func newSuppressionReader(r io.Reader, encoding string, reason Reason) (f *suppressionReader, remark string, err error) {
	text, guess, err := decode(r, encoding)
	if err != nil {
		return nil, "", err
	}
	if guess != "" {
		remark = "read as " + guess + ", because it is not UTF-8; --encoding names another encoding"
	}
	f = &suppressionReader{csvReader: &csvReader{position: map[string]int{}, tool: spreadsheet}, reason: reason}
	lines := 0
	f.comma, lines = readSeparator(text)
	f.readFrom(text, lines)
	f.first, err = f.csv.Read()
	if errors.Is(err, io.EOF) {
		return nil, remark, errors.New("the file is empty")
	}
	if err != nil {
		return nil, remark, fmt.Errorf("the first line cannot be read: %w", err)
	}
	f.first = slices.Clone(f.first)
	return f, remark, f.readNames()
}

// readNames finds the columns, if the first line names them and has no address.
func (f *suppressionReader) readNames() error {
	if isRemark(f.first) || len(addressesIn(f.first)) > 0 {
		return nil
	}
	f.named, f.header, f.first = true, f.first, nil
	for i, cell := range f.header {
		key := columnKey(cell)
		column := key
		if !slices.Contains(suppressionColumns, key) && key != "status" {
			if column = suppressionAliases[key]; column == "" {
				column = spreadsheet.columns[key]
			}
		}
		if !f.has(column) || key == column { // the proper name of a column counts more than an alias
			f.position[column] = i
		}
	}
	if !f.has("email") {
		return fmt.Errorf("the first line has no address and names no column email; the columns are %s", strings.Join(suppressionColumns, ","))
	}
	return nil
}

// isRemark reports whether a row of a list is a remark.
func isRemark(record []string) bool { return strings.HasPrefix(strings.TrimSpace(record[0]), "#") }

// addressesIn returns the parts of a row that look like addresses. A row of a list may have
// several, and names beside them.
func addressesIn(record []string) (list []string) {
	for _, cell := range record {
		for _, part := range strings.FieldsFunc(cell, func(r rune) bool { return strings.ContainsRune(" \t\u00a0;,|<>\"()", r) }) {
			if strings.Contains(strings.Trim(part, "'@"), "@") {
				list = append(list, strings.Trim(part, "'"))
			}
		}
	}
	return list
}

// next returns the suppressions of the next row, or the errors of an invalid row. The error
// is io.EOF at the end of the file; any other error means that the rest cannot be read.
func (f *suppressionReader) next() ([]suppressionRow, []RowError, error) {
	record := f.first
	if f.line = 1; record == nil {
		var err error
		f.input.begin(f.csv.InputOffset())
		record, err = f.csv.Read()
		if errors.Is(err, errLongRow) || errors.As(err, new(*csv.ParseError)) {
			wrong, err := f.badRow(err)
			return nil, wrong, err
		}
		if err != nil {
			return nil, nil, err
		}
		f.line, _ = f.csv.FieldPos(0)
		f.line += f.before
	}
	f.first = nil
	if f.named {
		row, err := f.row(record)
		if err != nil {
			return nil, []RowError{{Line: f.line, Reason: err.Error()}}, nil //nolint:nilerr // the row is wrong, not the file
		}
		return []suppressionRow{row}, nil, nil
	}
	return f.listed(record)
}

// listed returns the suppressions of a row of a list.
func (f *suppressionReader) listed(record []string) (rows []suppressionRow, wrong []RowError, err error) {
	addresses := addressesIn(record)
	if len(addresses) == 0 && !isRemark(record) && strings.TrimSpace(strings.Join(record, "")) != "" {
		return nil, []RowError{{Line: f.line, Reason: "the line has no address"}}, nil
	}
	for _, address := range addresses {
		row := suppressionRow{reason: f.reason}
		if err := row.setAddress(address); err != nil {
			wrong = append(wrong, RowError{Line: f.line, Reason: err.Error()})
			continue
		}
		rows = append(rows, row)
	}
	return rows, wrong, nil
}

func (r *suppressionRow) setAddress(text string) (err error) {
	if r.email, err = ParseAddress(text); err != nil {
		return err
	}
	r.folded = fold(r.email)
	r.hash = addressHash(r.folded)
	return nil
}

// row returns the suppression of a row with named columns.
func (f *suppressionReader) row(record []string) (r suppressionRow, err error) {
	cell := func(column string) string {
		if i, ok := f.position[column]; ok && i < len(record) {
			return strings.TrimSpace(strings.ReplaceAll(strings.ToValidUTF8(plain(record[i]), "\uFFFD"), "\x00", ""))
		}
		return ""
	}
	if email, hash := cell("email"), cell("hash"); email != "" || hash == "" {
		err = r.setAddress(email)
	} else {
		r.hash, r.former, err = readHash(hash)
	}
	if err != nil {
		return r, err
	}
	r.detail, r.source = clip(cell("detail"), 1000), clip(cell("source"), 40)
	if at := cell("at"); at != "" {
		r.at, _ = readTime(at)
		if seconds, err := strconv.ParseUint(at, 10, 32); err == nil && r.at.IsZero() { // as SendGrid writes them
			r.at = time.Unix(int64(seconds), 0).UTC()
		}
	}
	return r, f.setReason(&r, cell("reason"), cell("status"))
}

// setReason sets the reason of a row. A word that is no reason becomes its detail. A row
// about an active reader is an error: the file is no list of suppressions.
func (f *suppressionReader) setReason(r *suppressionRow, reason, status string) error {
	r.reason = f.reason
	for _, text := range []string{status, reason} {
		word, known := statusWords[bareWord(text)]
		switch {
		case text == "":
		case slices.Contains(Reasons(), Reason(text)):
			r.reason = Reason(text)
		case known && (word.state == Active || word.state == Pending):
			return fmt.Errorf("the row is about a reader who is %s; 'corridor subscribers import' imports readers", clip(text, 40))
		case known && word.suppressed != "":
			r.reason = word.suppressed
		case known:
			r.reason = Asked
		case r.detail == "" && text == reason:
			r.detail = clip(text, 1000)
		}
	}
	return nil
}

// readHash parses the hash of an address.
func readHash(text string) (hash []byte, former bool, err error) {
	digits, former := strings.CutPrefix(text, formerMark)
	hash, err = hex.DecodeString(strings.TrimPrefix(digits, hashMark))
	if err != nil || len(hash) != sha256.Size {
		return nil, false, fmt.Errorf("%q is no hash of an address; it should begin with %s", clip(text, 40), hashMark)
	}
	return hash, former, nil
}
