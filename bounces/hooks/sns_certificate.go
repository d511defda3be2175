package hooks

import (
	"context"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"sync"
	"time"
)

// certificates are the signing certificates of SNS by address. SNS changes its certificate
// every few months.
type certificates struct {
	mu     sync.Mutex
	known  map[string]*x509.Certificate
	failed map[string]time.Time // of the last failure
}

const (
	maxCertificates = 16
	failedFor       = time.Minute // an address that failed is not asked again for that time
)

var errNoCertificate = errors.New("hooks: the certificate of SNS cannot be fetched")

// key returns the public key at an address of SNS. One request at a time is made.
func (c *certificates) key(ctx context.Context, h *Hooks, address string) (*rsa.PublicKey, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := h.Now()
	certificate := c.known[address]
	if certificate == nil {
		if now.Sub(c.failed[address]) < failedFor || len(c.failed) >= maxCertificates && now.Sub(newest(c.failed)) < failedFor {
			return nil, errNoCertificate
		}
		var err error
		if certificate, err = h.certificate(ctx, address); err != nil {
			if c.failed == nil || len(c.failed) >= maxCertificates {
				c.failed = map[string]time.Time{}
			}
			c.failed[address] = now
			return nil, fmt.Errorf("%w: %w", errNoCertificate, err)
		}
		if c.known == nil || len(c.known) >= maxCertificates {
			c.known = map[string]*x509.Certificate{}
		}
		c.known[address] = certificate
	}
	if now.Before(certificate.NotBefore) || now.After(certificate.NotAfter) {
		return nil, ErrUnauthorized
	}
	key, ok := certificate.PublicKey.(*rsa.PublicKey)
	if !ok {
		return nil, ErrUnauthorized
	}
	return key, nil
}

func newest(times map[string]time.Time) (t time.Time) {
	for _, at := range times {
		if at.After(t) {
			t = at
		}
	}
	return t
}

// certificate fetches a certificate. TLS proves that it is of SNS: the address has a host of
// SNS.
func (h *Hooks) certificate(ctx context.Context, address string) (*x509.Certificate, error) {
	text, err := h.get(ctx, address)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(text)
	if block == nil || block.Type != "CERTIFICATE" {
		return nil, errors.New("it is no certificate")
	}
	return x509.ParseCertificate(block.Bytes)
}
