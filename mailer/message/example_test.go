package message_test

import (
	"fmt"
	"net/mail"
	"strings"
	"time"

	"corridor/mailer/message"
)

// A rendering is composed once, and filled in for each recipient.
func ExampleTemplate_Splice() {
	text := "{{corridor:greeting}}\n\nA Second Berth for Aktau\n"
	template, err := message.Compose(
		message.Letterhead{From: "Example Institute <news@example.org>", Title: "Example Institute", ListID: "digest.example.org"},
		message.Rendering{ID: 1, Subject: "New this week", Text: text, TextPlaces: []int64{0}},
		"text")
	if err != nil {
		fmt.Println(err)
		return
	}
	email, err := template.Splice(nil,
		message.Personal{Greeting: "Dear Anna,", OneClickURL: "https://news.example.org/unsubscribe/x"},
		message.Recipient{EditionID: 7, SubscriberID: 12, Address: "anna@example.net", Name: "Anna", Format: "text"},
		"<7.12@example.org>", time.Date(2026, 11, 30, 7, 0, 0, 0, time.UTC), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	read, err := mail.ReadMessage(strings.NewReader(string(email)))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, name := range []string{"To", "Subject", "Message-Id", "List-Unsubscribe-Post"} {
		fmt.Println(name+":", read.Header.Get(name))
	}
	// Output:
	// To: "Anna" <anna@example.net>
	// Subject: New this week
	// Message-Id: <7.12@example.org>
	// List-Unsubscribe-Post: List-Unsubscribe=One-Click
}
