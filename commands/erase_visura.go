package commands

import "github.com/visure-anagrafiche/visure/domain"

// EraseVisura records that the subject's data key was destroyed. The key and
// the document go first: a crash in between leaves nothing readable that the
// history calls erased.
type EraseVisura struct{ Basis string }

// Decide records the erasure of a request that has ended.
func (c EraseVisura) Decide(v domain.Visura, _ Facts, m domain.Meta) ([]domain.Event, error) {
	if err := system(m.By); err != nil {
		return nil, err
	}
	switch {
	case v.Status == domain.Absent:
		return nil, errUnseen
	case v.Erased:
		return nil, nil
	case !v.Status.Final():
		return nil, domain.Errorf(domain.Conflict, "la richiesta è ancora in corso")
	}
	return []domain.Event{domain.VisuraErased(c)}, nil
}
