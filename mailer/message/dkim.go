package message

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"slices"
)

// Signer signs messages with one or two keys, RFC 6376 and RFC 8463.
type Signer struct {
	domain string
	keys   []signingKey
	signed []string                          // signedHeaders without those that the mail server changes
	tags   [1 << len(signedIfPresent)]string // their h=; see tagsOf
}

type signingKey struct {
	selector  string
	algorithm string
	key       crypto.Signer
	hash      crypto.Hash // hash named to the key; 0 for Ed25519, which signs the digest as its message
	record    string
}

// DKIMKey is a private key and the selector of its public key.
type DKIMKey struct {
	Selector string
	File     string // PEM; PKCS#1 or PKCS#8
}

// DNSRecord is a TXT record.
type DNSRecord struct {
	Name, Value string
}

// NewSigner reads the keys: RSA of 2048 bits or more, or Ed25519.
func NewSigner(domain string, keys ...DKIMKey) (*Signer, error) {
	s := &Signer{domain: domain, signed: signedHeaders, tags: tagsOf(signedHeaders)}
	for _, k := range keys {
		data, err := os.ReadFile(k.File)
		if err != nil {
			return nil, fmt.Errorf("message: DKIM key: %w", err)
		}
		key, record, err := parseKey(data)
		if err != nil {
			return nil, fmt.Errorf("message: DKIM key %s: %w", k.File, err)
		}
		signing := signingKey{selector: k.Selector, algorithm: "rsa-sha256", key: key, hash: crypto.SHA256, record: record}
		if _, ok := key.(ed25519.PrivateKey); ok {
			signing.algorithm, signing.hash = "ed25519-sha256", 0
		}
		s.keys = append(s.keys, signing)
	}
	if len(s.keys) == 0 {
		return nil, errors.New("message: a DKIM signer needs a key")
	}
	return s, nil
}

func parseKey(data []byte) (crypto.Signer, string, error) {
	block, _ := pem.Decode(data)
	if block == nil {
		return nil, "", errors.New("not a PEM file")
	}
	var key any
	var err error
	if block.Type == "RSA PRIVATE KEY" {
		key, err = x509.ParsePKCS1PrivateKey(block.Bytes)
	} else {
		key, err = x509.ParsePKCS8PrivateKey(block.Bytes)
	}
	if err != nil {
		return nil, "", errors.New("not a private key in PKCS#1 or PKCS#8")
	}
	switch k := key.(type) {
	case *rsa.PrivateKey:
		if k.N.BitLen() < 2048 {
			return nil, "", fmt.Errorf("an RSA key of %d bits is too weak; make one of 2048", k.N.BitLen())
		}
		der, err := x509.MarshalPKIXPublicKey(&k.PublicKey)
		if err != nil {
			return nil, "", err
		}
		return k, "v=DKIM1; k=rsa; p=" + base64.StdEncoding.EncodeToString(der), nil
	case ed25519.PrivateKey:
		public := k.Public().(ed25519.PublicKey)
		return k, "v=DKIM1; k=ed25519; p=" + base64.StdEncoding.EncodeToString(public), nil
	}
	return nil, "", fmt.Errorf("a %T cannot sign emails; use RSA or Ed25519", key)
}

// Without returns a signer whose signatures do not cover these headers, because the mail
// server changes them.
func (s *Signer) Without(headers ...string) *Signer {
	other := *s
	other.signed = slices.DeleteFunc(slices.Clone(s.signed), func(name string) bool { return slices.Contains(headers, name) })
	other.tags = tagsOf(other.signed)
	return &other
}

// Domain is the signing domain, the d= of signatures.
func (s *Signer) Domain() string { return s.domain }

// Records are the DNS records with the public keys.
func (s *Signer) Records() []DNSRecord {
	var list []DNSRecord
	for _, k := range s.keys {
		list = append(list, DNSRecord{Name: k.selector + "._domainkey." + s.domain, Value: k.record})
	}
	return list
}
