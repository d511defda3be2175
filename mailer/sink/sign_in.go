package sink

import (
	"encoding/base64"
	"strings"
)

// signIn authenticates with an offered mechanism.
func (s *session) signIn(argument string) error {
	mechanism, initial, _ := strings.Cut(argument, " ")
	var response []byte
	if initial != "" {
		var err error
		if response, err = base64.StdEncoding.DecodeString(initial); err != nil {
			return err
		}
	}
	decide := s.o.SignIn
	if decide == nil {
		decide = takeAny
	}
	usual := "235 2.7.0 welcome"
	if err := decide(strings.ToUpper(mechanism), response, s.ask); err != nil {
		usual = "535 5.7.8 " + err.Error()
	}
	_, err := s.say(AUTH, usual)
	return err
}

// ask sends a challenge and reads the response.
func (s *session) ask(challenge string) ([]byte, error) {
	_, _ = s.w.WriteString("334 " + base64.StdEncoding.EncodeToString([]byte(challenge)) + "\r\n")
	if err := s.w.Flush(); err != nil {
		return nil, err
	}
	line, err := s.r.ReadString('\n')
	if err != nil {
		return nil, err
	}
	return base64.StdEncoding.DecodeString(strings.TrimRight(line, "\r\n"))
}

// takeAny accepts any PLAIN or LOGIN.
func takeAny(mechanism string, initial []byte, ask func(string) ([]byte, error)) error {
	challenges := []string{""}
	switch {
	case mechanism == "LOGIN":
		challenges = []string{"Username:", "Password:"}
	case initial != nil:
		challenges = nil
	}
	for _, c := range challenges {
		if _, err := ask(c); err != nil {
			return err
		}
	}
	return nil
}
