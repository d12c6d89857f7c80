package commands

import "github.com/visure-anagrafiche/visure/domain"

// ListConfirmable records who is to be confirmed in a recertification, and which
// purposes of the act with a number.
type ListConfirmable struct {
	Utenti   []domain.UtenteID
	Atto     int
	Finalita []string
}

// Decide records it once.
func (c ListConfirmable) Decide(g Given[domain.Ricertificazione]) ([]domain.Event, error) {
	if err := system(g.Meta.By); err != nil {
		return nil, err
	}
	if g.State.Next(g.Meta.At) != domain.RicertificazioneLists {
		return nil, nil
	}
	users := domain.UsersListed{Utenti: c.Utenti, Entro: g.State.Entro}
	if len(c.Finalita) == 0 {
		return []domain.Event{users}, nil
	}
	return []domain.Event{domain.PurposesListed{Atto: c.Atto, Finalita: c.Finalita}, users}, nil
}

// RecordReminder records that those who are to confirm were reminded.
type RecordReminder struct{}

// Decide records it once.
func (RecordReminder) Decide(g Given[domain.Ricertificazione]) ([]domain.Event, error) {
	if err := system(g.Meta.By); err != nil {
		return nil, err
	}
	if g.State.Reminded || g.State.Closed || !g.State.Listed {
		return nil, nil
	}
	return []domain.Event{domain.ConfirmationReminded{Entro: g.State.Entro}}, nil
}

// CloseRicertificazione ends a recertification whose last day is over.
type CloseRicertificazione struct{ Sospesi, Inibite int }

// Decide ends it once.
func (c CloseRicertificazione) Decide(g Given[domain.Ricertificazione]) ([]domain.Event, error) {
	if err := system(g.Meta.By); err != nil {
		return nil, err
	}
	if g.State.Next(g.Meta.At) != domain.RicertificazioneCloses {
		return nil, nil
	}
	return []domain.Event{domain.RicertificazioneClosed{Sospesi: c.Sospesi, Inibite: c.Inibite}}, nil
}
