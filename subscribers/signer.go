package subscribers

import (
	"context"
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

// The purposes of signed links. A token is valid for one purpose only.
const (
	PurposeConfirm     = "confirm"
	PurposePreferences = "preferences"
	PurposeUnsubscribe = "unsubscribe"
	PurposeFeed        = "feed"
	PurposeEdition     = "edition" // one edition for named readers, on the web
)

// Errors of [Signer.Verify]. A token is forged if no present key has signed it for the
// purpose: it is truncated, mistyped, invented, or signed with a key that no longer exists.
var (
	ErrForgedToken  = errors.New("subscribers: token is not ours")
	ErrExpiredToken = errors.New("subscribers: token has expired")
)

// lifetimes are the lifetimes of tokens by purpose. The tokens of other purposes do not
// expire: unsubscribing must work from the oldest email, and the address of a feed is valid
// until its reader renews it.
var lifetimes = map[string]time.Duration{
	PurposeConfirm:     7 * 24 * time.Hour,
	PurposePreferences: 400 * 24 * time.Hour,
}

// Token is the content of a signed link.
type Token struct {
	SubscriberID int64
	EditionID    int64     // 0: the link is from no edition
	Version      int       // the reader's LinkVersion at the time of signing
	IssuedAt     time.Time // to the hour; zero for the address of a feed, which must stay the same
}

// Key is a secret that signs links.
type Key struct {
	ID          int16
	Secret      []byte
	CreatedAt   time.Time
	RetiredAt   time.Time // a retired key verifies and does not sign; zero: in use
	Unsubscribe bool      // Secret is the unsubscribe secret of a key that no longer exists
	Direct      bool      // the key signed unsubscribe links itself, before these had a derived secret
}

// unsubscribeSecret returns the derived secret that signs links for unsubscribing. It is
// kept after the key is removed, so that these links never expire. It is not valid for
// other purposes.
func (k Key) unsubscribeSecret() []byte {
	if k.Unsubscribe {
		return k.Secret
	}
	h := hmac.New(sha256.New, k.Secret)
	h.Write([]byte("corridor unsubscribe key"))
	return h.Sum(nil)
}

// settle is the time during which a new key only verifies, so that all processes have the
// key before one of them signs with it.
const settle = 10 * time.Minute

// Signer signs and verifies the tokens of signed links. A token has an HMAC of 128 bits
// over purpose, reader, edition, version and hour, and is not stored. A signer is safe for
// concurrent use, also while its keys are replaced.
type Signer struct {
	now  func() time.Time
	load Load // nil: the keys do not change
	keys atomic.Pointer[keyRing]

	mu       sync.Mutex
	reloaded time.Time // last reload for an unknown key
	failed   error     // of that reload
}

// Load returns the present keys, as [LoadKeys] does.
type Load func(context.Context) ([]Key, error)

// keyRing holds the keys by id. The id of a key in a file is a hash, so two keys may have
// the same id.
type keyRing struct {
	byID   map[int16][]*keyMACs
	signer *keyMACs
}

// keyMACs are the keyed hashes of one key: one for links for unsubscribing, and one for all
// other links, which is nil if the key no longer exists.
type keyMACs struct {
	id                 int16
	unsubscribe, other *macs
}

// of returns the keyed hashes that a link for purpose may be signed with. The first signs
// new links. Links for unsubscribing were formerly signed like all others.
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

// macs is a pool of keyed hashes, because making one costs more than using it.
type macs struct{ pool sync.Pool }

func newMACs(secret []byte) *macs {
	return &macs{sync.Pool{New: func() any { return hmac.New(sha256.New, secret) }}}
}

// NewSigner returns a signer. now is the clock. keys must have at least one key that signs.
func NewSigner(keys []Key, now func() time.Time) (*Signer, error) {
	s := &Signer{now: now}
	return s, s.SetKeys(keys)
}

// OpenSigner returns a signer with the keys that load returns. It loads them again for a
// token with an unknown key, such as one of a process that has a newer key.
func OpenSigner(ctx context.Context, load Load, now func() time.Time) (*Signer, error) {
	s := &Signer{now: now, load: load}
	return s, s.Reload(ctx)
}

// Reload replaces the keys by the present ones.
func (s *Signer) Reload(ctx context.Context) error {
	keys, err := s.load(ctx)
	if err != nil {
		return err
	}
	return s.SetKeys(keys)
}

// A token with an unknown key reloads the keys, at most once in reloadEvery: anyone can
// invent such tokens.
const (
	reloadEvery = time.Second
	reloadTime  = 2 * time.Second // limit for one reload
)

// ringWith returns the keys, reloaded if they have no key with that id.
func (s *Signer) ringWith(id int16) (*keyRing, error) {
	if ring := s.keys.Load(); len(ring.byID[id]) > 0 || s.load == nil {
		return ring, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if ring := s.keys.Load(); len(ring.byID[id]) > 0 || s.now().Sub(s.reloaded) < reloadEvery {
		return ring, s.failed
	}
	ctx, cancel := context.WithTimeout(context.Background(), reloadTime)
	defer cancel()
	s.reloaded, s.failed = s.now(), s.Reload(ctx)
	return s.keys.Load(), s.failed
}

// SetKeys replaces the keys. The newest key that is settled and not retired signs; all keys
// verify.
func (s *Signer) SetKeys(keys []Key) error {
	ring := &keyRing{byID: make(map[int16][]*keyMACs, len(keys))}
	signing := signingKey(keys, s.now())
	for i, k := range keys {
		if len(k.Secret) < 16 {
			return errors.New("subscribers: a signing key has fewer than 16 bytes")
		}
		m := &keyMACs{id: k.ID, unsubscribe: newMACs(k.unsubscribeSecret())}
		ring.byID[k.ID] = append(ring.byID[k.ID], m)
		if k.Unsubscribe {
			continue
		}
		m.other = newMACs(k.Secret)
		if i == signing {
			ring.signer = m
		}
	}
	if ring.signer == nil {
		return errors.New("subscribers: no signing key")
	}
	s.keys.Store(ring)
	return nil
}

// signingKey returns the index of the key that signs at a time, or -1.
func signingKey(keys []Key, now time.Time) int {
	best := -1
	for i, k := range keys {
		if !k.Unsubscribe && (best < 0 || betterKey(k, keys[best], now)) {
			best = i
		}
	}
	return best
}

// betterKey reports whether k should sign instead of old.
func betterKey(k, old Key, now time.Time) bool {
	if usable, was := k.RetiredAt.IsZero(), old.RetiredAt.IsZero(); usable != was {
		return usable
	}
	settled := now.Add(-settle)
	if k.CreatedAt.After(settled) != old.CreatedAt.After(settled) {
		return !k.CreatedAt.After(settled)
	}
	if k.CreatedAt.After(settled) {
		return k.CreatedAt.Before(old.CreatedAt) // neither is settled: most processes have the older key
	}
	return k.CreatedAt.After(old.CreatedAt)
}

const macSize = 16

// Sign returns a token for purpose: 30 to 50 characters of base64url. editionID is 0 for a
// link outside an edition.
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

// Verify parses a token and checks its signature for purpose. The error is [ErrForgedToken],
// [ErrExpiredToken], or that of reloading the keys for a token with an unknown key. An
// expired token is returned with the error.
func (s *Signer) Verify(purpose, token string) (Token, error) {
	if len(token) > 100 {
		return Token{}, ErrForgedToken
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(raw) < 2+4+macSize {
		return Token{}, ErrForgedToken
	}
	body, mac := raw[:len(raw)-macSize], raw[len(raw)-macSize:]
	id := int16(binary.BigEndian.Uint16(body))
	ring, err := s.ringWith(id)
	if err != nil {
		return Token{}, err
	}
	for _, key := range ring.byID[id] {
		for _, m := range key.of(purpose) {
			if want := m.sum(purpose, body); hmac.Equal(mac, want[:macSize]) {
				return s.read(purpose, body[2:])
			}
		}
	}
	return Token{}, ErrForgedToken
}

// read parses a body with a valid signature.
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

// sum returns the HMAC-SHA256 of the purpose, a zero byte and the body.
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
