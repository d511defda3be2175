package config

import "corridor/bounces/hooks"

// validate checks [hooks].
func (h *Hooks) validate(v *validation) {
	for _, wrong := range h.Secrets().Check() {
		v.wrong("hooks."+wrong.Key, "…", wrong.Reason)
	}
}

// Secrets returns the secrets for package hooks.
func (h *Hooks) Secrets() hooks.Secrets { return hooks.Secrets(*h) }
