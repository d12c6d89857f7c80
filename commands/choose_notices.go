package commands

import "github.com/visure-anagrafiche/visure/domain"

// ChooseNotices says whether a person is written to about what becomes of the requests
// they made that await confirmation, or are about many people, which at first nobody is,
// and as an officer about what awaits them, which at first all are.
type ChooseNotices struct {
	Richieste bool `json:"richieste" doc:"true: si riceve un messaggio quando su una propria richiesta che ha atteso la conferma l'Anagrafe chiede qualcosa o decide, quando decade o scade e quando la visura è emessa; e quando una propria richiesta massiva si ferma o finisce"`
	SenzaCoda bool `json:"senza_coda,omitempty" doc:"true: chi conferma non riceve il messaggio su ciò che attende nella coda; se manca lo riceve"`
}

// Decide admits the person alone.
func (c ChooseNotices) Decide(g Given[domain.Utente]) ([]domain.Event, error) {
	switch by := g.Meta.By; {
	case g.ID != string(by.Utente) || by.Via != "":
		return nil, domain.Errorf(domain.Forbidden, "gli avvisi li sceglie ciascuno per sé")
	case !g.State.Registered:
		return nil, domain.Errorf(domain.NotFound, "utente inesistente")
	case g.State.Notices == domain.NoticesChosen(c):
		return nil, nil
	}
	return []domain.Event{domain.NoticesChosen(c)}, nil
}
