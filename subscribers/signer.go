package subscribers

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"hash"
	"sync"
	"sync/atomic"
	"time"
)

// The purposes of signed links. A token made for one is forged for any other.
const (
	PurposeConfirm     = "confirm"
	PurposePreferences = "preferences"
	PurposeUnsubscribe = "unsubscribe"
	PurposeFeed        = "feed"
	PurposeEdition     = "edition" // one edition for named readers, on the web
)

// Errors of [Signer.Verify]. A forged token is one that no key of ours has signed for
// that purpose: cut, mistyped, made up, or signed with a key that is gone.
var (
	ErrForgedToken  = errors.New("subscribers: token is not ours")
	ErrExpiredToken = errors.New("subscribers: token has expired")
)

// lifetimes of tokens; a purpose that is not named lasts for good. Leaving must work
// from the oldest mail, and a feed's address ends when its reader renews it.
var lifetimes = map[string]time.Duration{
	PurposeConfirm:     7 * 24 * time.Hour,
	PurposePreferences: 400 * 24 * time.Hour,
}

// Token is what a signed link says.
type Token struct {
	SubscriberID int64
	EditionID    int64     // 0: the link stood in no edition
	Version      int       // the reader's LinkVersion when it was made
	IssuedAt     time.Time // to the hour; zero for a feed's address, which must stay the same
}

// Key is one secret that links are signed with.
type Key struct {
	ID          int16
	Secret      []byte
	CreatedAt   time.Time
	RetiredAt   time.Time // verifies still, signs no more; zero: in use
	Unsubscribe bool      // Secret is derived from a key that is gone, for unsubscribing alone
}

// unsubscribeSecret is what links for unsubscribing are signed with. It is kept when the
// key itself is gone, so that those links work for good; it opens nothing else.
func (k Key) unsubscribeSecret() []byte {
	if k.Unsubscribe {
		return k.Secret
	}
	h := hmac.New(sha256.New, k.Secret)
	h.Write([]byte("corridor unsubscribe key"))
	return h.Sum(nil)
}

// settle is how long a new key only verifies, so that every process knows it before
// any signs with it.
const settle = 10 * time.Minute

// Signer makes and checks the tokens of signed links: an HMAC of 128 bits over
// purpose, reader, edition, version and hour. There is no row for a token. It may be
// used by many goroutines, and its keys replaced meanwhile.
type Signer struct {
	now  func() time.Time
	keys atomic.Pointer[keyRing]
}

// keyRing holds the keys by id. Ids of keys in a file are hashes, so two keys may have one.
type keyRing struct {
	byID   map[int16][]*keyMACs
	signer *keyMACs
}

// keyMACs are the hashes of one key: one for links that unsubscribe, one for all other
// links. The latter is nil when the key itself is gone.
type keyMACs struct {
	id                 int16
	unsubscribe, other *macs
}

// of returns the hashes that a link for purpose may be signed with, the present one
// first. Links that unsubscribe were once signed like all others.
func (k *keyMACs) of(purpose string) []*macs {
	var list []*macs
	if purpose == PurposeUnsubscribe {
		list = append(list, k.unsubscribe)
	}
	if k.other != nil {
		list = append(list, k.other)
	}
	return list
}

// macs lends keyed hashes; making one costs more than using it.
type macs struct{ pool sync.Pool }

func newMACs(secret []byte) *macs {
	return &macs{sync.Pool{New: func() any { return hmac.New(sha256.New, secret) }}}
}

// NewSigner returns a signer that dates tokens by now. At least one key is needed.
func NewSigner(keys []Key, now func() time.Time) (*Signer, error) {
	s := &Signer{now: now}
	return s, s.SetKeys(keys)
}

// SetKeys replaces the keys: the newest that is settled and not retired signs, all verify.
func (s *Signer) SetKeys(keys []Key) error {
	ring := &keyRing{byID: make(map[int16][]*keyMACs, len(keys))}
	var newest Key
	for _, k := range keys {
		if len(k.Secret) < 16 {
			return errors.New("subscribers: a signing key has fewer than 16 bytes")
		}
		m := &keyMACs{id: k.ID, unsubscribe: newMACs(k.unsubscribeSecret())}
		ring.byID[k.ID] = append(ring.byID[k.ID], m)
		if k.Unsubscribe {
			continue
		}
		m.other = newMACs(k.Secret)
		if ring.signer == nil || betterKey(k, newest, s.now()) {
			ring.signer, newest = m, k
		}
	}
	if ring.signer == nil {
		return errors.New("subscribers: no signing key")
	}
	s.keys.Store(ring)
	return nil
}

// betterKey tells whether k should sign rather than old.
func betterKey(k, old Key, now time.Time) bool {
	if usable, was := k.RetiredAt.IsZero(), old.RetiredAt.IsZero(); usable != was {
		return usable
	}
	settled := now.Add(-settle)
	if k.CreatedAt.After(settled) != old.CreatedAt.After(settled) {
		return !k.CreatedAt.After(settled)
	}
	if k.CreatedAt.After(settled) {
		return k.CreatedAt.Before(old.CreatedAt) // none is settled: the oldest is known most widely
	}
	return k.CreatedAt.After(old.CreatedAt)
}

const macSize = 16

// Sign returns a token for purpose: 30 to 50 characters of base64url. editionID is 0
// for a link that stands in no edition.
func (s *Signer) Sign(purpose string, subscriberID, editionID int64, version int) string {
	var hours uint64
	if purpose != PurposeFeed {
		hours = uint64(s.now().Unix() / 3600)
	}
	key := s.keys.Load().signer
	body := make([]byte, 0, 64)
	body = binary.BigEndian.AppendUint16(body, uint16(key.id))
	body = binary.AppendUvarint(body, uint64(subscriberID))
	body = binary.AppendUvarint(body, uint64(editionID))
	body = binary.AppendUvarint(body, uint64(version))
	body = binary.AppendUvarint(body, hours)
	mac := key.of(purpose)[0].sum(purpose, body)
	return base64.RawURLEncoding.EncodeToString(append(body, mac[:macSize]...))
}

// Verify reads a token that was signed for purpose. The error is [ErrForgedToken] or
// [ErrExpiredToken]; with the latter the token is ours and is returned too.
func (s *Signer) Verify(purpose, token string) (Token, error) {
	if len(token) > 100 {
		return Token{}, ErrForgedToken
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(raw) < 2+4+macSize {
		return Token{}, ErrForgedToken
	}
	body, mac := raw[:len(raw)-macSize], raw[len(raw)-macSize:]
	for _, key := range s.keys.Load().byID[int16(binary.BigEndian.Uint16(body))] {
		for _, m := range key.of(purpose) {
			if want := m.sum(purpose, body); hmac.Equal(mac, want[:macSize]) {
				return s.read(purpose, body[2:])
			}
		}
	}
	return Token{}, ErrForgedToken
}

// read takes a signed body apart.
func (s *Signer) read(purpose string, body []byte) (Token, error) {
	var fields [4]uint64
	for i := range fields {
		v, n := binary.Uvarint(body)
		if n <= 0 {
			return Token{}, ErrForgedToken
		}
		fields[i], body = v, body[n:]
	}
	t := Token{SubscriberID: int64(fields[0]), EditionID: int64(fields[1]), Version: int(fields[2])}
	if fields[3] != 0 {
		t.IssuedAt = time.Unix(int64(fields[3])*3600, 0).UTC()
	}
	if life, ok := lifetimes[purpose]; ok && s.now().Sub(t.IssuedAt) > life+time.Hour {
		return t, ErrExpiredToken
	}
	return t, nil
}

// sum is HMAC-SHA256 over the purpose, a zero byte, and the body.
func (m *macs) sum(purpose string, body []byte) [sha256.Size]byte {
	h := m.pool.Get().(hash.Hash)
	h.Reset()
	var in [128]byte
	h.Write(append(append(append(in[:0], purpose...), 0), body...))
	var out [sha256.Size]byte
	h.Sum(out[:0])
	m.pool.Put(h)
	return out
}
