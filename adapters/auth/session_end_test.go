package auth_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/adapters/auth"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

func TestWhoSignsInElsewhereIsTold(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id, other := h.account(t), h.account(t)
	bystander := h.start(t, other)
	idle := h.start(t, id)
	h.pass(15 * time.Minute)
	older := h.start(t, id)
	h.pass(time.Minute)
	newer := h.start(t, id)
	for range 2 {
		if err := h.uses(t, older); !errors.Is(err, commands.ErrSuperseded) || !errors.Is(err, auth.ErrUnknown) {
			t.Errorf("the older: %v", err)
		}
	}
	if err := h.uses(t, idle); !errors.Is(err, auth.ErrUnknown) || errors.Is(err, commands.ErrSuperseded) {
		t.Errorf("one that had ended before: %v", err)
	}
	check(t, h.uses(t, newer))
	if err := h.uses(t, bystander); !errors.Is(err, auth.ErrUnknown) || errors.Is(err, commands.ErrSuperseded) { // 16 minutes old
		t.Errorf("another's: %v", err)
	}
	h.pass(8 * time.Hour)
	check(t, h.sessions.Sweep(t.Context()))
	if err := h.uses(t, older); !errors.Is(err, auth.ErrUnknown) || errors.Is(err, commands.ErrSuperseded) {
		t.Errorf("the older, a day later: %v", err)
	}
}

func TestARevokedSessionEndsAtOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id, other := h.account(t), h.account(t)
	secret, others := h.start(t, id), h.start(t, other)
	name := must[auth.Session](t)(h.sessions.Authenticate(t.Context(), secret)).Actor.Session
	check(t, h.sessions.Revoke(t.Context(), other, name))
	check(t, h.sessions.Revoke(t.Context(), id, "unknown"))
	check(t, h.uses(t, secret))
	check(t, h.sessions.Revoke(t.Context(), id, name))
	if err := h.uses(t, secret); !errors.Is(err, auth.ErrUnknown) || errors.Is(err, commands.ErrSuperseded) {
		t.Errorf("%v", err)
	}
	again := h.start(t, id)
	check(t, h.sessions.RevokeAll(t.Context(), id))
	if err := h.uses(t, again); !errors.Is(err, auth.ErrUnknown) || errors.Is(err, commands.ErrSuperseded) {
		t.Errorf("%v", err)
	}
	check(t, h.uses(t, others))
}

func TestOfManySignInsAtOnceOneSessionLives(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := domain.UtenteID(uuid.NewString()) // a gateway's people need no account
	secret := h.start(t, id)
	var all sync.WaitGroup
	secrets := make(chan string, 32)
	for range 8 {
		all.Go(func() {
			fresh, _, err := h.sessions.Start(context.Background(), auth.Proof{Utente: id, Method: commands.MethodPasskey, Address: home.Address}, commands.CookieSession, "")
			if err != nil {
				t.Error(err)
			}
			secrets <- fresh
		})
		all.Go(func() {
			fresh, _, err := h.sessions.Switch(context.Background(), secret, domain.Actor{Role: domain.RoleTop, Comune: "039002"})
			if err == nil {
				secrets <- fresh
			} else if !errors.Is(err, auth.ErrUnknown) {
				t.Error(err)
			}
		})
	}
	all.Wait()
	close(secrets)
	live := 0
	for s := range secrets {
		if h.uses(t, s) == nil {
			live++
		}
	}
	if live != 1 {
		t.Errorf("%d live", live)
	}
}
