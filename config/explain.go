package config

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
	"github.com/pelletier/go-toml/v2"
)

// explainDecode turns the errors of go-toml into lines with file, line, key and correct form.
func explainDecode(file string, text []byte, err error) string {
	var strict *toml.StrictMissingError
	if errors.As(err, &strict) {
		lines := make([]string, 0, len(strict.Errors))
		for i := range strict.Errors {
			key := strict.Errors[i].Key()
			row, _ := strict.Errors[i].Position()
			lines = append(lines, fmt.Sprintf("%s: line %d: unknown key %s; %s", file, row, strings.Join(key, "."), suggestKey(key)))
		}
		return strings.Join(lines, "\n")
	}
	var decode *toml.DecodeError
	if errors.As(err, &decode) {
		row, _ := decode.Position()
		message := strings.TrimPrefix(decode.Error(), "toml: ")
		key := strings.Join(decode.Key(), ".")
		if m := wrongType.FindStringSubmatch(message); m != nil && key != "" {
			return fmt.Sprintf("%s: line %d: %s%s is %s; must be %s", file, row, key, valueOn(text, row), anA(strings.ToLower(m[1])), formOf(m[2]))
		}
		if key != "" {
			return fmt.Sprintf("%s: line %d: %s: %s", file, row, key, message)
		}
		return fmt.Sprintf("%s: line %d: %s", file, row, message)
	}
	return fmt.Sprintf("%s: %s", file, strings.TrimPrefix(err.Error(), "toml: "))
}

// wrongType matches the message of go-toml about a value of another type.
var wrongType = regexp.MustCompile(`cannot decode TOML (.+?) into (?:a )?(?:struct field \S+ of type |Go value of type )?(\S+)$`)

// valueOn returns the value on a line, as " = value", or "" without one.
func valueOn(text []byte, row int) string {
	lines := strings.Split(string(text), "\n")
	if row < 1 || row > len(lines) {
		return ""
	}
	_, value, found := strings.Cut(lines[row-1], "=")
	if value = strings.TrimSpace(value); !found || len(value) > 100 {
		return ""
	}
	return " = " + value
}

func anA(noun string) string {
	if strings.ContainsAny(noun[:1], "aeiou") {
		return "an " + noun
	}
	return "a " + noun
}

// formOf describes how a value of a Go type is written in TOML.
func formOf(goType string) string {
	switch goType {
	case "string":
		return `text in quotes, like "this"`
	case "int", "int64":
		return "a whole number, like 10"
	case "float64":
		return "a number, like 2.5"
	case "[]string":
		return `a list, like ["this", "that"]`
	case "config.Length":
		return `a length of time, like "15m" or "14d"`
	}
	if strings.HasPrefix(goType, "[]") {
		return "tables, each below a line like [[sources]]"
	}
	return "a table, below a line like [sending]"
}

// suggestKey returns the most similar known key of the same table, or all known keys.
func suggestKey(key []string) string {
	if len(key) == 0 {
		return "leave it out"
	}
	t, wrong := reflect.TypeFor[Config](), key[len(key)-1]
	for _, part := range key[:len(key)-1] {
		t = tableType(t, part)
	}
	if t == nil || t.Kind() != reflect.Struct {
		return "leave it out"
	}
	known := keysOf(t)
	nearest := slices.MinFunc(known, func(a, b string) int {
		return levenshtein.ComputeDistance(a, wrong) - levenshtein.ComputeDistance(b, wrong)
	})
	if levenshtein.ComputeDistance(nearest, wrong) <= 2 {
		return fmt.Sprintf("did you mean %s?", nearest)
	}
	return "known here: " + strings.Join(known, ", ")
}

// tableType is the type of the table that part names in t, or nil.
func tableType(t reflect.Type, part string) reflect.Type {
	switch {
	case t == nil:
		return nil
	case t.Kind() == reflect.Map:
		return t.Elem()
	case t.Kind() != reflect.Struct:
		return nil
	}
	for i := range t.NumField() {
		if t.Field(i).Tag.Get("toml") == part {
			if inner := t.Field(i).Type; inner.Kind() == reflect.Slice {
				return inner.Elem()
			} else {
				return inner
			}
		}
	}
	return nil
}

func keysOf(t reflect.Type) []string {
	keys := make([]string, t.NumField())
	for i := range keys {
		keys[i] = t.Field(i).Tag.Get("toml")
	}
	return keys
}
