package commands

import "github.com/visure-anagrafiche/visure/domain"

// RecordDownload records that the document is handed out, before it is: every
// copy that left is in the history.
type RecordDownload struct {
	Motivo string `json:"motivo,omitempty" maxLength:"1000" doc:"Perché chi amministra ha bisogno del documento"`
}

// Refs names the Comune, whose rules say whether who administers may obtain
// documents.
func (c RecordDownload) Refs(g Given[domain.Visura]) Refs {
	return Refs{Comune: g.State.Request.Comune}
}

// Decide admits the requester and who their Ente appointed; TOP and ADMIN where the
// Comune lets them, with a reason. Auditors verify, they do not obtain documents.
func (c RecordDownload) Decide(g Given[domain.Visura]) ([]domain.Event, error) {
	r, err := sees(g)
	v, blocked := g.State, c.blocked(g)
	switch {
	case err != nil:
		return nil, err
	case r.Masked:
		return nil, domain.Errorf(domain.Forbidden, "chi verifica non ottiene documenti")
	case !r.Downloads:
		return nil, domain.Errorf(domain.Forbidden, "lo scaricamento spetta a chi ha chiesto la visura e agli incaricati del suo Ente")
	case blocked != nil:
		return nil, blocked
	case v.Erased:
		return nil, domain.Errorf(domain.Conflict, "i dati di questa visura sono stati cancellati")
	case v.Status == domain.Revoked:
		return nil, domain.Errorf(domain.Conflict, "la visura è stata revocata il %s: il documento non si scarica più; se serve ancora, se ne chiede un'altra", domain.ItalianMoment(v.Revocation.At))
	case v.Status != domain.Issued:
		return nil, domain.Errorf(domain.Conflict, "la visura non è stata emessa")
	}
	if err := c.reason(g); err != nil {
		return nil, err
	}
	if v.LastDownload == g.Meta.CommandID {
		return nil, nil
	}
	return []domain.Event{domain.VisuraDownloaded{SHA256: v.Document.SHA256, Motivo: c.Motivo}}, nil
}

// blocked refuses who acts for an Ente and is blocked there for the Comune; nil: they are
// not.
func (c RecordDownload) blocked(g Given[domain.Visura]) error {
	pair := domain.Pair{Ente: g.State.Request.Ente, Comune: g.State.Request.Comune}
	block, ok := g.Actor.Blocked(pair, g.Meta.At)
	if !ok || g.Meta.By.Ente != pair.Ente {
		return nil
	}
	return block.Refusal(g.Parties.Comune.Contatti.Assistenza)
}

// reason refuses who administers without one, or where the Comune does not let them.
func (c RecordDownload) reason(g Given[domain.Visura]) error {
	by := g.Meta.By
	administers := by.Role == domain.RoleTop || by.Role == domain.RoleAdmin
	switch {
	case !administers || g.State.Requester.Utente == by.Utente:
		return words("motivo", c.Motivo)
	case !g.Parties.Comune.Regole.ScaricoAmministratori:
		return domain.Errorf(domain.Forbidden, "il Comune non consente lo scaricamento a chi amministra")
	case c.Motivo == "":
		return domain.FieldErrorf(domain.Invalid, "motivo", "chi amministra indica perché ha bisogno del documento")
	}
	return words("motivo", c.Motivo)
}
