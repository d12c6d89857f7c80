package commands

import "github.com/visure-anagrafiche/visure/domain"

// RecordDownload records that the document is handed out, before it is: every
// copy that left is in the history.
type RecordDownload struct{}

// Decide admits whoever may see the visura, auditors excepted: they verify,
// they do not obtain documents.
func (c RecordDownload) Decide(g Given[domain.Visura]) ([]domain.Event, error) {
	r, err := sees(g)
	v := g.State
	switch {
	case err != nil:
		return nil, err
	case r.Masked:
		return nil, domain.Errorf(domain.Forbidden, "chi verifica non ottiene documenti")
	case v.Erased:
		return nil, domain.Errorf(domain.Conflict, "i dati di questa visura sono stati cancellati")
	case v.Status != domain.Issued:
		return nil, domain.Errorf(domain.Conflict, "la visura non è stata emessa")
	case v.LastDownload == g.Meta.CommandID:
		return nil, nil
	}
	return []domain.Event{domain.VisuraDownloaded{SHA256: v.Document.SHA256}}, nil
}
