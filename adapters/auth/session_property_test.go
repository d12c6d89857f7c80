package auth_test

import (
	"errors"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"github.com/visure-anagrafiche/visure/adapters/auth"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// modelled is what should be known of a session.
type modelled struct {
	utente         domain.UtenteID
	noted, expires time.Time
	ended          time.Time
	superseded     bool
}

func (m *modelled) last() time.Time {
	if idle := m.noted.Add(15 * time.Minute); idle.Before(m.expires) {
		return idle
	}
	return m.expires
}

func (m *modelled) state(now time.Time) error {
	switch {
	case m.superseded && m.ended.Before(m.last()):
		return commands.ErrSuperseded
	case !m.ended.IsZero() || !now.Before(m.last()):
		return auth.ErrUnknown
	}
	return nil
}

// Two persons sign in, use what they have or had, change capacity, are thrown out,
// while time goes by: every secret ever given answers as the rules say.
func TestSessionsLiveAsTheRulesSay(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	rapid.Check(t, func(r *rapid.T) {
		people := []domain.UtenteID{domain.UtenteID(uuid.NewString()), domain.UtenteID(uuid.NewString())}
		model := map[string]*modelled{}
		end := func(id domain.UtenteID, superseded bool) {
			for _, m := range model {
				if m.utente == id && m.ended.IsZero() {
					m.ended, m.superseded = h.now(), superseded
				}
			}
		}
		person := func(r *rapid.T) domain.UtenteID { return rapid.SampledFrom(people).Draw(r, "person") }
		secret := func(r *rapid.T) string {
			if len(model) == 0 {
				r.Skip("nobody has signed in")
			}
			return rapid.SampledFrom(slices.Sorted(maps.Keys(model))).Draw(r, "secret")
		}
		expect := func(r *rapid.T, got, want error) {
			if want == nil && got != nil || !errors.Is(got, want) || errors.Is(got, commands.ErrSuperseded) != (want == commands.ErrSuperseded) {
				r.Fatalf("%v, not %v", got, want)
			}
		}
		r.Repeat(map[string]func(*rapid.T){
			"time goes by": func(r *rapid.T) {
				h.pass(rapid.SampledFrom([]time.Duration{time.Second, time.Minute, 7 * time.Minute, 15 * time.Minute, 3 * time.Hour}).Draw(r, "for"))
			},
			"sign in": func(r *rapid.T) {
				id := person(r)
				fresh, _, err := h.sessions.Start(t.Context(), auth.Proof{Utente: id, Method: commands.MethodPasskey, Address: home.Address}, commands.CookieSession, "")
				expect(r, err, nil)
				end(id, true)
				model[fresh] = &modelled{utente: id, noted: h.now(), expires: h.now().Add(8 * time.Hour)}
			},
			"use": func(r *rapid.T) {
				s := secret(r)
				m := model[s]
				got, err := h.sessions.Authenticate(t.Context(), s)
				expect(r, err, m.state(h.now()))
				if err == nil && got.Actor.Utente != m.utente {
					r.Fatalf("it is of %s", got.Actor.Utente)
				}
				if err == nil && h.now().Sub(m.noted) >= time.Minute {
					m.noted = h.now()
				}
			},
			"switch": func(r *rapid.T) {
				s := secret(r)
				m := model[s]
				fresh, _, err := h.sessions.Switch(t.Context(), s, domain.Actor{Role: domain.RoleTop, Comune: "039002"})
				expect(r, err, m.state(h.now()))
				if err == nil {
					m.ended = h.now()
					model[fresh] = &modelled{utente: m.utente, noted: h.now(), expires: m.expires}
				}
			},
			"revoke": func(r *rapid.T) {
				id := person(r)
				expect(r, h.sessions.RevokeAll(t.Context(), id), nil)
				end(id, false)
			},
			"": func(r *rapid.T) { // at any time
				for _, id := range people {
					live := 0
					for _, m := range model {
						if m.utente == id && m.state(h.now()) == nil {
							live++
						}
					}
					listed, err := h.sessions.List(t.Context(), id)
					if err != nil || len(listed) != live || live > 1 {
						r.Fatalf("%d of %d are listed: %v", len(listed), live, err)
					}
				}
			},
		})
	})
}
