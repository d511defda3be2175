package config

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/alecthomas/kong"
)

// Flags are the flags of every command that override keys. A flag overrides the
// environment, which overrides the file. An empty value overrides nothing.
type Flags struct {
	BaseURL     string `help:"Overrides server.base_url." name:"base-url" placeholder:"URL"`
	Data        string `help:"Overrides server.data." placeholder:"DIR"`
	DatabaseURL string `help:"Overrides database.url." name:"database-url" placeholder:"URL"`
	SMTPURL     string `help:"Overrides smtp.url." name:"smtp-url" placeholder:"URL"`
	LogLevel    string `help:"Overrides log.level: debug, info, warn or error." name:"log-level" placeholder:"LEVEL"`
	LogFormat   string `help:"Overrides log.format: text or json." name:"log-format" placeholder:"FORMAT"`
	Listen      string `kong:"-"` // of the commands that listen
}

// applyFlags sets the keys that a flag overrides, and notes the flag in from.
func (c *Config) applyFlags(flags Flags, from map[string]string) {
	for _, f := range []struct {
		key, flag string
		target    *string
		value     string
	}{
		{"server.listen", "--listen", &c.Server.Listen, flags.Listen},
		{"server.base_url", "--base-url", &c.Server.BaseURL, flags.BaseURL},
		{"server.data", "--data", &c.Server.Data, flags.Data},
		{"database.url", "--database-url", &c.Database.URL, flags.DatabaseURL},
		{"smtp.url", "--smtp-url", &c.SMTP.URL, flags.SMTPURL},
		{"log.level", "--log-level", &c.Log.Level, flags.LogLevel},
		{"log.format", "--log-format", &c.Log.Format, flags.LogFormat},
	} {
		if f.value != "" {
			*f.target, from[f.key] = f.value, f.flag
		}
	}
}

// EarlyLog returns the log's level and format of flags, environment and defaults, for
// commands that read no configuration file, and for the time before it is read.
func EarlyLog(getenv func(string) (string, bool), flags Flags) Log {
	l := Default().Log
	for _, f := range []struct {
		target               *string
		variable, overriding string
	}{{&l.Level, "CORRIDOR_LOG_LEVEL", flags.LogLevel}, {&l.Format, "CORRIDOR_LOG_FORMAT", flags.LogFormat}} {
		if value, _ := getenv(f.variable); value != "" {
			*f.target = value
		}
		if f.overriding != "" {
			*f.target = f.overriding
		}
	}
	return l
}

// variable is a key that can be set by environment.
type variable struct {
	key  string // table and key, such as smtp.url
	name string // such as CORRIDOR_SMTP_URL
	flag *kong.Flag
}

// variables returns the keys of c that can be set by environment, as kong reads them from
// the tags of [Config]. kong's own parsing is not used, because it empties every key
// without a variable; see docs/decisions/0048-environment-by-kongs-model.md.
func (c *Config) variables() []variable {
	k, err := kong.New(c, kong.NoDefaultHelp(), kong.DefaultEnvars("CORRIDOR"), kong.TypeMapper(reflect.TypeFor[[]string](), kong.MapperFunc(decodeList)))
	if err != nil {
		panic(err) // a wrong tag; every test of this package would fail
	}
	var list []variable
	for _, flag := range k.Model.Flags {
		list = append(list, variable{strings.ReplaceAll(flag.Name, "-", "_"), flag.Envs[0], flag})
	}
	return list
}

// decodeList reads values separated by commas. Blanks around a value are dropped.
func decodeList(ctx *kong.DecodeContext, target reflect.Value) error {
	var text string
	if err := ctx.Scan.PopValueInto("list", &text); err != nil {
		return err
	}
	var list []string
	for part := range strings.SplitSeq(text, ",") {
		if part = strings.TrimSpace(part); part != "" {
			list = append(list, part)
		}
	}
	target.Set(reflect.ValueOf(list))
	return nil
}

// applyEnvironment sets the keys of the variables that are set. An empty variable empties
// a text or a list, so that a container can ask for the private server. from names the
// variable of each key that was set.
func (c *Config) applyEnvironment(getenv func(string) (string, bool)) (from map[string]string, problems []string) {
	from = map[string]string{}
	for _, v := range c.variables() {
		value, set := getenv(v.name)
		if !set {
			continue
		}
		from[v.key] = v.name
		if err := v.flag.Parse(kong.ScanFromTokens(kong.Token{Type: kong.FlagValueToken, Value: value}), v.flag.Target); err != nil {
			form := formOf(v.flag.Target.Type().String())
			if v.flag.Target.Kind() == reflect.Map {
				form = "written like NAME=VALUE;NAME=VALUE"
			}
			problems = append(problems, fmt.Sprintf("%s = %q: must be %s", v.key, value, form))
		}
	}
	return from, problems
}
