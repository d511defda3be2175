// Package mailer delivers editions to their readers, every reader once, and keeps an
// account of every single mail.
package mailer
