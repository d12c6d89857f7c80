package commands

import "github.com/visure-anagrafiche/visure/domain"

// SuspendConvenzione stops every request under an act until it is resumed.
type SuspendConvenzione struct {
	Motivo string `json:"motivo" maxLength:"1000" doc:"Perché"`
}

// Decide suspends an act that is not ended, once.
func (c SuspendConvenzione) Decide(g Given[domain.Convenzione]) ([]domain.Event, error) {
	if err := stops(g, c.Motivo); err != nil {
		return nil, err
	}
	if g.State.Suspended {
		return nil, nil
	}
	return []domain.Event{domain.ConvenzioneSuspended(c)}, nil
}

// ResumeConvenzione lets requests through again.
type ResumeConvenzione struct{}

// Decide resumes an act that is suspended; not who asks under it themself.
func (c ResumeConvenzione) Decide(g Given[domain.Convenzione]) ([]domain.Event, error) {
	if err := agreed(g); err != nil {
		return nil, err
	}
	switch {
	case !g.State.Suspended:
		return nil, nil
	case asks(g, g.State.Pair):
		return nil, errOwnRights
	}
	return []domain.Event{domain.ConvenzioneResumed{}}, nil
}

// EndConvenzione ends an act before its day. Another may be drafted and activated.
type EndConvenzione struct {
	Motivo string `json:"motivo" maxLength:"1000" doc:"Perché"`
}

// Decide ends it once.
func (c EndConvenzione) Decide(g Given[domain.Convenzione]) ([]domain.Event, error) {
	if err := agreed(g); err != nil {
		return nil, err
	}
	if g.State.Ended {
		return nil, nil
	}
	if err := stops(g, c.Motivo); err != nil {
		return nil, err
	}
	return []domain.Event{domain.ConvenzioneEnded(c)}, nil
}

// stops refuses to stop what was never in force, or without a reason.
func stops(g Given[domain.Convenzione], motivo string) error {
	if err := agreed(g); err != nil {
		return err
	}
	switch {
	case len(g.State.Atti) == 0 || g.State.Ended:
		return domain.Errorf(domain.Conflict, "la convenzione non è in vigore")
	case motivo == "":
		return domain.FieldErrorf(domain.Invalid, "motivo", "va indicato il motivo")
	}
	return words("motivo", motivo)
}
