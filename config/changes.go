package config

import (
	"reflect"
	"strings"
)

// Merge returns the configuration of a running process that reads its configuration again: old
// with the keys of next that may change while it runs, which are those of [log] and [smtp],
// sending.domains, publication.alerts and publication.alerts_webhook. A change between
// capturing emails and sending them requires a restart, because pages depend on it.
//
// applied are the keys that differ between old and merged, and restart those between merged
// and next.
func Merge(old, next *Config) (merged *Config, applied, restart []string) {
	c := *old
	c.Log, c.Sending.Domains = next.Log, next.Sending.Domains
	c.Publication.Alerts, c.Publication.AlertsWebhook = next.Publication.Alerts, next.Publication.AlertsWebhook
	if (old.SMTP.URL == "") == (next.SMTP.URL == "") {
		c.SMTP = next.SMTP
	}
	return &c, changed(old, &c), changed(&c, next)
}

// changed returns the keys whose values differ, in the order of the documentation.
func changed(a, b *Config) []string {
	return changedIn("", reflect.ValueOf(a).Elem(), reflect.ValueOf(b).Elem())
}

func changedIn(table string, a, b reflect.Value) (keys []string) {
	for i := range a.NumField() {
		key := strings.TrimPrefix(table+"."+a.Type().Field(i).Tag.Get("toml"), ".")
		if a.Field(i).Kind() == reflect.Struct {
			keys = append(keys, changedIn(key, a.Field(i), b.Field(i))...)
		} else if !reflect.DeepEqual(a.Field(i).Interface(), b.Field(i).Interface()) {
			keys = append(keys, key)
		}
	}
	return keys
}
