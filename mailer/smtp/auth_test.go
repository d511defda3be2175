package smtp

import (
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"hash"
	"net/url"
	"strings"
	"testing"

	"corridor/mailer/sink"
)

const testUser, testPassword = "news@example.org", "pass, word=ü %"

var errWrongPassword = errors.New("wrong user or password")

// checkPassword is the server's side of every mechanism.
func checkPassword(mechanism string, initial []byte, ask func(string) ([]byte, error)) error {
	switch mechanism {
	case "PLAIN":
		return said(string(initial), "\x00"+testUser+"\x00"+testPassword)
	case "LOGIN":
		user, err := ask("Username:")
		if err != nil {
			return err
		}
		password, err := ask("Password:")
		if err != nil {
			return err
		}
		return said(string(user)+"\x00"+string(password), testUser+"\x00"+testPassword)
	case "SCRAM-SHA-1":
		return checkScram(sha1.New, initial, ask)
	case "SCRAM-SHA-256":
		return checkScram(sha256.New, initial, ask)
	case "XOAUTH2":
		err := said(string(initial), "user="+testUser+"\x01auth=Bearer "+testPassword+"\x01\x01")
		if err != nil { // the reason is a challenge, answered with an empty line
			_, _ = ask(`{"status":"401"}`)
		}
		return err
	}
	return errors.New("no such mechanism")
}

func said(got, want string) error {
	if got != want {
		return errWrongPassword
	}
	return nil
}

// checkScram is the server of RFC 5802, section 3.
func checkScram(algorithm func() hash.Hash, first []byte, ask func(string) ([]byte, error)) error {
	mac := func(key, message []byte) []byte {
		h := hmac.New(algorithm, key)
		h.Write(message)
		return h.Sum(nil)
	}
	if first == nil {
		var err error
		if first, err = ask(""); err != nil {
			return err
		}
	}
	bare, found := strings.CutPrefix(string(first), "n,,")
	user, nonce, _ := strings.Cut(bare, ",r=")
	if !found || user != "n="+testUser {
		return errWrongPassword
	}
	const salt, turns = "salt of the server", 4096
	serverFirst := fmt.Sprintf("r=%s-server,s=%s,i=%d", nonce, base64.StdEncoding.EncodeToString([]byte(salt)), turns)
	answer, err := ask(serverFirst)
	if err != nil {
		return err
	}
	final, proof64, _ := strings.Cut(string(answer), ",p=")
	if final != "c=biws,r="+nonce+"-server" {
		return errWrongPassword
	}
	salted, err := pbkdf2.Key(algorithm, testPassword, []byte(salt), turns, algorithm().Size())
	if err != nil {
		return err
	}
	clientKey := mac(salted, []byte("Client Key"))
	stored := algorithm()
	stored.Write(clientKey)
	message := []byte(bare + "," + serverFirst + "," + final)
	want := mac(stored.Sum(nil), message)
	for i := range want {
		want[i] ^= clientKey[i]
	}
	if base64.StdEncoding.EncodeToString(want) != proof64 {
		return errWrongPassword
	}
	_, err = ask("v=" + base64.StdEncoding.EncodeToString(mac(mac(salted, []byte("Server Key")), message)))
	return err
}

func TestSignIn(t *testing.T) {
	config, authority := testCertificate(t, certificateOptions{})
	const wrong = "not-the-one"
	tests := []struct {
		offered, auth, password string
		used                    string // mechanism; empty if none is tried
		code                    int    // 0 if authenticated
	}{
		{"PLAIN", "", testPassword, "PLAIN", 0},
		{"LOGIN", "", testPassword, "LOGIN", 0},
		{"SCRAM-SHA-1", "", testPassword, "SCRAM-SHA-1", 0},
		{"SCRAM-SHA-256", "", testPassword, "SCRAM-SHA-256", 0},
		{"XOAUTH2", "xoauth2", testPassword, "XOAUTH2", 0},
		{"LOGIN PLAIN SCRAM-SHA-1 SCRAM-SHA-256 XOAUTH2 CRAM-MD5", "auto", testPassword, "SCRAM-SHA-256", 0},
		{"LOGIN PLAIN SCRAM-SHA-1", "", testPassword, "SCRAM-SHA-1", 0},
		{"login plain", "", testPassword, "PLAIN", 0},
		{"SCRAM-SHA-256 PLAIN LOGIN", "login", testPassword, "LOGIN", 0},
		{"PLAIN", "plain", wrong, "PLAIN", 535},
		{"LOGIN", "login", wrong, "LOGIN", 535},
		{"SCRAM-SHA-1", "scram-sha-1", wrong, "SCRAM-SHA-1", 535},
		{"SCRAM-SHA-256", "scram-sha-256", wrong, "SCRAM-SHA-256", 535},
		{"XOAUTH2", "xoauth2", wrong, "XOAUTH2", 535},
		{"PLAIN", "scram-sha-256", testPassword, "", -1},
		{"XOAUTH2 GSSAPI", "", testPassword, "", -1},
		{"", "", testPassword, "", -1},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprintf("%s of %s with %s", tt.auth, tt.offered, tt.password), func(t *testing.T) {
			used := ""
			server := startSink(t, sink.Options{TLS: config, Auth: tt.offered, SignIn: func(mechanism string, initial []byte, ask func(string) ([]byte, error)) error {
				used = mechanism
				return checkPassword(mechanism, initial, ask)
			}})
			address := url.URL{Scheme: "smtp", User: url.UserPassword(testUser, tt.password), Host: server.Addr()}
			r := parseRelay(t, address.String(), RelayOptions{Auth: tt.auth, CAFile: authority})
			c, o, err := Dial(t.Context(), r)
			if used != tt.used {
				t.Errorf("used %q, want %q", used, tt.used)
			}
			if strings.Contains(fmt.Sprint(o, err), tt.password) {
				t.Errorf("the password is told: %+v, %v", o, err)
			}
			if tt.code == 0 {
				if err != nil {
					t.Fatal(err)
				}
				if o := c.Send(t.Context(), message("a@example.net", testMessage), nil); o.Kind != Accepted {
					t.Errorf("%+v", o)
				}
				c.Close()
				return
			}
			// A wrong password must not fail a message.
			if err == nil || o.Stage != stageAUTH || o.Kind != Deferred && o.Kind != NotSent || max(o.Code, 0) != max(tt.code, 0) {
				t.Errorf("%+v, %v", o, err)
			}
		})
	}
}
