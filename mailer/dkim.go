package mailer

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"os"

	"github.com/emersion/go-msgauth/dkim"
)

// Signer signs messages, RFC 6376 and RFC 8463, with one or two keys.
type Signer struct {
	domain string
	keys   []signingKey
}

type signingKey struct {
	selector string
	key      crypto.Signer
	record   string
}

// DKIMKey is a private key and the selector under which its public half is published.
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
	s := &Signer{domain: domain}
	for _, k := range keys {
		data, err := os.ReadFile(k.File)
		if err != nil {
			return nil, fmt.Errorf("mailer: DKIM key: %w", err)
		}
		key, record, err := parseKey(data)
		if err != nil {
			return nil, fmt.Errorf("mailer: DKIM key %s: %w", k.File, err)
		}
		s.keys = append(s.keys, signingKey{k.Selector, key, record})
	}
	if len(s.keys) == 0 {
		return nil, errors.New("mailer: a DKIM signer needs a key")
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
	return nil, "", fmt.Errorf("a %T signs no mail; use RSA or Ed25519", key)
}

// Records are the DNS records under which receivers look for the keys.
func (s *Signer) Records() []DNSRecord {
	var list []DNSRecord
	for _, k := range s.keys {
		list = append(list, DNSRecord{Name: k.selector + "._domainkey." + s.domain, Value: k.record})
	}
	return list
}

// signedHeaders are what a signature covers. From stands twice: a second one, added on
// the way, breaks the signature.
var signedHeaders = []string{
	"From", "From", "To", "Subject", "Date", "Message-ID", "Reply-To", "List-Unsubscribe", "List-Unsubscribe-Post", "List-Id",
	"MIME-Version", "Content-Type",
}

// sign puts the signatures in front of the message that begins at dst[start:].
func (s *Signer) sign(dst []byte, start int) ([]byte, error) {
	message := bytes.Clone(dst[start:])
	var heads []byte
	for _, k := range s.keys {
		signer, err := dkim.NewSigner(&dkim.SignOptions{
			Domain: s.domain, Selector: k.selector, Signer: k.key, Hash: crypto.SHA256, HeaderKeys: signedHeaders,
			HeaderCanonicalization: dkim.CanonicalizationRelaxed, BodyCanonicalization: dkim.CanonicalizationRelaxed,
		})
		if err != nil {
			return dst[:start], fmt.Errorf("mailer: signing: %w", err)
		}
		if _, err := signer.Write(message); err != nil {
			_ = signer.Close()
			return dst[:start], fmt.Errorf("mailer: signing: %w", err)
		}
		if err := signer.Close(); err != nil {
			return dst[:start], fmt.Errorf("mailer: signing: %w", err)
		}
		heads = append(heads, signer.Signature()...)
	}
	dst = append(dst[:start], heads...)
	return append(dst, message...), nil
}
