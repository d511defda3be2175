package subscribers_test

import (
	"bytes"
	"errors"
	"fmt"
	"time"

	"corridor/subscribers"
)

// A link carries its reader and its edition, and is valid for one purpose only.
func ExampleSigner() {
	now := time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)
	key := subscribers.Key{ID: 1, Secret: bytes.Repeat([]byte{7}, 32), CreatedAt: now.AddDate(0, -1, 0)}
	signer, err := subscribers.NewSigner([]subscribers.Key{key}, func() time.Time { return now })
	if err != nil {
		fmt.Println(err)
		return
	}
	link := signer.Sign(subscribers.PurposeUnsubscribe, 12, 340, 1)

	token, err := signer.Verify(subscribers.PurposeUnsubscribe, link)
	fmt.Println(token.SubscriberID, token.EditionID, err)
	_, err = signer.Verify(subscribers.PurposePreferences, link)
	fmt.Println(errors.Is(err, subscribers.ErrForgedToken))
	// Output:
	// 12 340 <nil>
	// true
}

// A link to confirm a sign-up expires after a week. The content of an expired token is
// known, so that the page can offer a new link.
func ExampleSigner_Verify_expired() {
	now := time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)
	key := subscribers.Key{ID: 1, Secret: bytes.Repeat([]byte{7}, 32), CreatedAt: now.AddDate(0, -1, 0)}
	signer, err := subscribers.NewSigner([]subscribers.Key{key}, func() time.Time { return now })
	if err != nil {
		fmt.Println(err)
		return
	}
	link := signer.Sign(subscribers.PurposeConfirm, 12, 0, 1)
	now = now.AddDate(0, 0, 8)
	token, err := signer.Verify(subscribers.PurposeConfirm, link)
	fmt.Println(token.SubscriberID, errors.Is(err, subscribers.ErrExpiredToken))
	// Output: 12 true
}
