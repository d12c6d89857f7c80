package projections

import (
	"time"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections/engine"
)

// Ricertificazioni are the reviews of who may act for an Ente at a Comune, and what
// for: a row each, one for each person and each purpose that is to be confirmed, and one
// for each pair that may have a review.
type Ricertificazioni struct{}

func (Ricertificazioni) Name() string { return "ricertificazioni" }

func (Ricertificazioni) Tables() []string {
	return []string{"ricertificazioni", "ricertificazione_utente", "ricertificazione_finalita", "ricertificazione_coppia"}
}

func (Ricertificazioni) Categories() []string {
	return []string{domain.RicertificazioneCategory, domain.ConvenzioneCategory}
}

func (Ricertificazioni) Apply(w *engine.Writer, events []domain.Recorded) error {
	reviews := &rows{table: "ricertificazioni", key: func(r domain.Recorded) value { return uuid("ricertificazione", idOf(r)) }}
	for _, r := range events {
		switch e := r.Event.(type) {
		case domain.RicertificazioneOpened:
			reviews.add(r, uuid("ente", e.Ente), text("comune", e.Comune), text("entro", e.Entro.String()), instant("opened_at", r.Meta.At))
		case domain.PurposesListed:
			reviews.set(r, number("atto", e.Atto))
		case domain.UsersListed, domain.UserConfirmed, domain.PurposeConfirmed, domain.ConfirmationReminded:
			reviews.set(r)
		case domain.RicertificazioneClosed:
			reviews.set(r, instant("closed_at", r.Meta.At), number("sospesi", e.Sospesi), number("inibite", e.Inibite))
		}
	}
	if err := reviews.write(w); err != nil {
		return err
	}
	for _, r := range events {
		review(w, r)
	}
	return nil
}

// review changes the people, the purposes and the pair of a review by one event.
func review(w *engine.Writer, r domain.Recorded) {
	switch e := r.Event.(type) {
	case domain.UsersListed:
		w.Queue(`INSERT INTO ricertificazione_utente (ricertificazione, utente) SELECT $1::uuid, unnest($2::text[]::uuid[]) ON CONFLICT DO NOTHING`, idOf(r), ids(e.Utenti))
	case domain.UserConfirmed:
		w.Queue(`UPDATE ricertificazione_utente SET confirmed_at = $3, confirmed_by = nullif($4, '')::uuid
			 WHERE ricertificazione = $1 AND utente = nullif($2, '')::uuid`, idOf(r), string(e.Utente), r.Meta.At, string(r.Meta.By.Utente))
	case domain.PurposesListed:
		w.Queue(`INSERT INTO ricertificazione_finalita (ricertificazione, codice) SELECT $1::uuid, unnest($2::text[]) ON CONFLICT DO NOTHING`, idOf(r), e.Finalita)
	case domain.PurposeConfirmed:
		w.Queue(`UPDATE ricertificazione_finalita SET confirmed_at = $3, confirmed_by = nullif($4, '')::uuid
			 WHERE ricertificazione = $1 AND codice = $2`, idOf(r), e.Finalita, r.Meta.At, string(r.Meta.By.Utente))
	case domain.RicertificazioneOpened:
		reviewed(w, e.Pair(), r.Meta.At)
	case domain.ConvenzioneDrafted:
		w.Queue(`INSERT INTO ricertificazione_coppia (ente, comune, since) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, e.Ente, e.Comune, r.Meta.At)
	}
}

// ids are ids as texts.
func ids[ID ~string](list []ID) []string {
	texts := make([]string, len(list))
	for i, id := range list {
		texts[i] = string(id)
	}
	return texts
}

// reviewed notes that a pair's review was opened at an instant.
func reviewed(w *engine.Writer, p domain.Pair, at time.Time) {
	w.Queue(`INSERT INTO ricertificazione_coppia AS c (ente, comune, since) VALUES ($1, $2, $3)
		ON CONFLICT (ente, comune) DO UPDATE SET since = greatest(c.since, excluded.since)`, p.Ente, p.Comune, at)
}
