package auth_test

import (
	"errors"
	"testing"
	"time"

	"github.com/visure-anagrafiche/visure/commands"
)

// The three should take the same time.
func BenchmarkARefusedSignIn(b *testing.B) {
	h := newRealHouse(b)
	id, delayed := h.person(b), h.person(b)
	for i := range 5 {
		h.guess(b, delayed.Codice(), stranger(i))
	}
	for name, login := range map[string]string{"unknown": "nobody@example.it", "wrong": id.Codice(), "delayed": delayed.Codice()} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := h.SignIn(b.Context(), login, "non è questa qui", home); !errors.Is(err, commands.ErrRefused) {
					b.Fatal(err)
				}
				if name != "delayed" {
					h.pass(time.Hour)
				}
			}
		})
	}
}
