package people

import "time"

// ResidenceAt is the residence in force on a day, nil if there was none.
func (p *Person) ResidenceAt(d time.Time) *Residence {
	for i := len(p.Residences) - 1; i >= 0; i-- {
		r := &p.Residences[i]
		if !r.From.After(d) && (r.Until.IsZero() || d.Before(r.Until)) {
			return r
		}
	}
	return nil
}

// KnownResidences are those ANPR can list, newest first, up to a day: in force
// on or after the day the Comune of that address moved its registry into ANPR.
func (p *Person) KnownResidences(upTo time.Time) []Residence {
	var list []Residence
	for i := len(p.Residences) - 1; i >= 0; i-- {
		r := p.Residences[i]
		if r.From.After(upTo) {
			continue
		}
		if r.Address != nil && !r.Until.IsZero() && !r.Until.After(r.Address.Comune.Subentro) {
			continue
		}
		list = append(list, r)
	}
	return list
}

// CitizenshipsAt are the citizenships held on a day, the Italian one first; of
// the dead, those held at death.
func (p *Person) CitizenshipsAt(d time.Time) []Citizenship {
	if p.DeadAt(d) {
		d = p.Death.Date
	}
	var list []Citizenship
	for _, c := range p.Citizenships {
		if c.From.After(d) || (!c.Until.IsZero() && !d.Before(c.Until)) {
			continue
		}
		if c.State == italy {
			list = append([]Citizenship{c}, list...)
		} else {
			list = append(list, c)
		}
	}
	return list
}

// Italian says whether the person held Italian citizenship on a day.
func (p *Person) Italian(d time.Time) bool {
	list := p.CitizenshipsAt(d)
	return len(list) > 0 && list[0].State == italy
}

// BondAt is the last marriage or civil union begun by a day, nil if none.
func (p *Person) BondAt(d time.Time) *Bond {
	for i := len(p.Bonds) - 1; i >= 0; i-- {
		if !p.Bonds[i].Event.Date.After(d) {
			return p.Bonds[i]
		}
	}
	return nil
}

// Ended says whether the bond was over on a day.
func (b *Bond) Ended(d time.Time) bool {
	return b.End != nil && !b.End.Event.Date.After(d)
}

// StatusAt is the code of table 1 (stato civile) on a day.
func (p *Person) StatusAt(d time.Time) string {
	if p.StatusUnknown {
		return "9"
	}
	b := p.BondAt(d)
	switch {
	case b == nil:
		return "1"
	case b.Civil && !b.Ended(d):
		return "6"
	case b.Civil && b.End.Code == "":
		return "7"
	case b.Civil:
		return "8"
	case !b.Ended(d):
		return "2"
	case b.End.Code == "":
		return "3"
	}
	return "4"
}

// DeadAt says whether the death had happened by a day.
func (p *Person) DeadAt(d time.Time) bool {
	return p.Death != nil && !p.Death.Date.After(d)
}

// RemovedAt says whether the card had been cancelled by a day.
func (p *Person) RemovedAt(d time.Time) bool {
	return p.Removed != nil && !p.Removed.Date.After(d)
}

// FamilyAt is the family the person belonged to on a day, nil if unknown: only
// the present family is remembered.
func (p *Person) FamilyAt(d time.Time) *Family {
	if p.Family == nil || p.Joined.After(d) || p.RemovedAt(d) {
		return nil
	}
	return p.Family
}

// MembersAt are the members on a day, in order.
func (f *Family) MembersAt(d time.Time) []*Person {
	var list []*Person
	for _, p := range f.Members {
		if p.FamilyAt(d) == f {
			list = append(list, p)
		}
	}
	return list
}
