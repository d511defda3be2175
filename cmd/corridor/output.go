package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
)

// jsonArray prints a JSON array, one element at a time.
type jsonArray struct {
	out   io.Writer
	begun bool
}

// add prints an element.
func (a *jsonArray) add(v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	separator := ",\n"
	if !a.begun {
		separator, a.begun = "[\n", true
	}
	_, err = fmt.Fprintf(a.out, "%s  %s", separator, b)
	return err
}

// end prints the end of the array.
func (a *jsonArray) end() error {
	text := "\n]\n"
	if !a.begun {
		text = "[]\n"
	}
	_, err := io.WriteString(a.out, text)
	return err
}

// export writes to a file that only its owner may read, because it has addresses, and prints
// how much was written. Without the name of a file it writes to standard output. write
// returns the number of rows.
func (p *program) export(name, one, many string, write func(w io.Writer) (int, error)) error {
	if name == "" {
		_, err := write(p.stdout)
		return err
	}
	f, err := os.OpenFile(name, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	n, err := write(f)
	if closing := f.Close(); err == nil {
		err = closing
	}
	return p.say(err, "%s written to %s", number(n, one, many), name)
}
