package domain

import (
	"cmp"
	"slices"
	"time"
)

// Grounds are what rights rest on, all of it data: who asks and as what, the act,
// the profiles, and from where and when.
type Grounds struct {
	Actor   Actor
	Person  Standing
	Parties Parties
	At      time.Time
}

// Right is what a person may ask of one type.
type Right struct {
	Tipo      Tipo
	Profile   ProfileID // by which it is held
	Atto      int       // number of the act it rests on
	Nazionale Modo      // how national requests are confirmed; zero: not admitted
}

// Right returns what the person may ask of a type at an instant, or the refusal of
// the item that fails: rights in force are those of the act, of any of the profiles
// the person holds, within their own limits, days and hours, from a workstation the
// rule admits. Of several profiles that grant the type the widest counts.
func (g Grounds) Right(tipo Tipo) (Right, *Error) {
	atto, refused := g.atto()
	if refused != nil {
		return Right{}, refused
	}
	if refused := g.person(atto, tipo); refused != nil {
		return Right{}, refused
	}
	var best *Right
	furthest, reason := -1, g.refuse("profile", "l'utente non ha profili per questo Comune")
	for _, a := range g.Person.Assigned(atto.Pair()) {
		right, step, refused := g.by(a, atto, tipo)
		switch {
		case refused == nil && (best == nil || right.Nazionale.Wider(best.Nazionale, g.Parties.Comune.OreSilenzio())):
			best = &right
		case refused != nil && step > furthest:
			furthest, reason = step, refused
		}
	}
	if best == nil {
		return Right{}, reason
	}
	return *best, nil
}

// Pair is whose an act is.
func (s ConvenzioneDrafted) Pair() Pair { return Pair{s.Ente, s.Comune} }

// atto is the act in force.
func (g Grounds) atto() (Atto, *Error) {
	atto, stato := g.Parties.Convenzione.InForce(ItalianDay(g.At))
	if !g.Parties.Comune.Registered || stato == ConvenzioneAssente {
		return Atto{}, g.refuse("comune", "l'utente non è abilitato per questo Comune")
	}
	if stato != ConvenzioneAttiva {
		return Atto{}, g.refer(g.Parties.Comune.Contatti.Assistenza, "comune", "la convenzione con il Comune non è in vigore: risulta %s", stato)
	}
	return atto, nil
}

// person refuses for what the person is, whatever the profile.
func (g Grounds) person(atto Atto, tipo Tipo) *Error {
	day, pair := ItalianDay(g.At), atto.Pair()
	if block, blocked := g.Person.Blocked(pair, g.At); blocked {
		return g.Refer(block.Refusal(""))
	}
	switch {
	case g.Person.Absent(pair, day):
		return g.refuse("utente", "l'utente risulta assente")
	case !g.Person.Instructed(g.Parties.Comune, g.At):
		return g.refuse("istruzioni", "vanno prima accettate le istruzioni del Comune")
	case atto.SecondoFattore && !g.Actor.Strong && g.Actor.Via == "":
		return g.refuse("secondo_fattore", "la convenzione vuole il secondo fattore: usarlo nella pagina «Conferma la tua identità», o registrarlo da «Accesso e sicurezza» chi non l'ha, e ripetere la richiesta")
	case !slices.Contains(atto.Massimo.Tipi, tipo):
		return g.refuse("tipo", "la convenzione non ammette questo tipo di visura")
	case !atto.Massimo.Orario.Admits(g.At):
		return g.refuse("orario", "la convenzione non ammette richieste a quest'ora")
	case atto.Massimo.Postazione == Autorizzata && !g.authorised(pair):
		return g.refuse("postazione", "la convenzione vuole una postazione autorizzata")
	}
	return nil
}

// check is something that a right may fail by.
type check struct {
	fails          bool
	field, message string
}

// entitled checks whether a profile gives a person a type at all, whenever and wherever
// they ask from.
func (g Grounds) entitled(a Assignment, atto Atto, tipo Tipo) []check {
	profile := g.Parties.Profile(a.Profile)
	_, granted := profile.Grant(tipo)
	day := ItalianDay(g.At)
	return []check{
		{!profile.Defined || profile.Comune != atto.Comune || profile.Withdrawn, "profile", "il profilo dell'utente non è più in vigore"},
		{g.Actor.Role == RoleAdmin && a.By.Role == RoleAdmin, "profile", "l'ADMIN chiede visure con un profilo assegnato dal Comune"},
		{!granted || len(a.Limiti.Tipi) > 0 && !slices.Contains(a.Limiti.Tipi, tipo), "tipo", "l'utente non è abilitato a questo tipo di visura"},
		{a.Lapsed, "mansione", "la mansione o il ruolo dell'utente sono cambiati: il profilo va assegnato di nuovo"},
		{!a.Dal.IsZero() && day.Compare(a.Dal) < 0, "profile", "il profilo dell'utente non è ancora in vigore"},
		{!a.Al.IsZero() && a.Al.Compare(day) < 0, "profile", "il profilo dell'utente è scaduto"},
	}
}

// by is the right a profile gives, or the refusal, and how far it came.
func (g Grounds) by(a Assignment, atto Atto, tipo Tipo) (Right, int, *Error) {
	profile := g.Parties.Profile(a.Profile)
	for step, check := range append(g.entitled(a, atto, tipo),
		check{!profile.Orario.Admits(g.At) || !a.Limiti.Orario.Admits(g.At), "orario", "l'utente non è abilitato a quest'ora"},
		check{profile.Postazione == Autorizzata && !g.authorised(atto.Pair()), "postazione", "il profilo dell'utente vuole una postazione autorizzata"},
	) {
		if check.fails {
			return Right{}, step, g.refuse(check.field, "%s", check.message)
		}
	}
	return Right{Tipo: tipo, Profile: a.Profile, Atto: atto.Numero, Nazionale: g.beyond(a, atto, tipo)}, 0, nil
}

// beyond is how requests of a type beyond the Comune are confirmed by a profile the person
// holds; zero: they are not admitted.
func (g Grounds) beyond(a Assignment, atto Atto, tipo Tipo) Modo {
	if g.Parties.Comune.Nazionale.Testo == "" || !atto.Massimo.Nazionale.Admits() {
		return Modo{}
	}
	grant, _ := g.Parties.Profile(a.Profile).Grant(tipo)
	term := g.Parties.Comune.OreSilenzio()
	return a.Beyond(grant, term).AtMost(atto.Massimo.Nazionale, term)
}

// National refuses a right that does not go beyond the Comune, naming what is
// missing.
func (g Grounds) National(r Right) *Error {
	atto := g.Parties.Convenzione.Atto(r.Atto)
	a, _ := g.Person.Assignment(atto.Pair(), r.Profile)
	grant, _ := g.Parties.Profile(r.Profile).Grant(r.Tipo)
	switch {
	case r.Nazionale.Admits():
		return nil
	case g.Parties.Comune.Nazionale.Testo == "":
		return g.refer(g.Parties.Comune.Contatti.Assistenza, "ambito", "il Comune non ammette visure nazionali")
	case !atto.Massimo.Nazionale.Admits():
		return g.refuse("ambito", "la convenzione non ammette visure nazionali")
	case !grant.Nazionale.Admits():
		return g.refuse("ambito", "l'utente non è abilitato alle visure nazionali di questo tipo")
	case !a.Beyond(grant, g.Parties.Comune.OreSilenzio()).Admits():
		return g.refer(g.Parties.Comune.Contatti.Assistenza, "ambito", "le visure nazionali di questo tipo sono, per l'utente, da autorizzare dal Comune")
	}
	return g.refuse("ambito", "l'utente non è abilitato alle visure nazionali")
}

// authorised says whether the request comes from an authorised workstation. Software
// that is known by its certificate or network counts as one.
func (g Grounds) authorised(p Pair) bool {
	if g.Actor.Via != "" {
		return g.Person.Applicativo.Bound()
	}
	return g.Actor.Postazione != "" && g.Parties.Postazione.Authorises(p)
}

// refuse names the item that fails, and whom to call at the Ente.
func (g Grounds) refuse(field, format string, args ...any) *Error {
	return g.refer(g.Parties.Convenzione.Last().Contatti.Assistenza, field, format, args...)
}

// refer names the item that fails and whom to call; where nobody is named, whom else
// the Comune or the act names.
func (g Grounds) refer(contact, field, format string, args ...any) *Error {
	e := FieldErrorf(Forbidden, field, format, args...)
	e.Contact = cmp.Or(contact, g.Parties.Comune.Contatti.Assistenza, g.Parties.Convenzione.Last().Contatti.Assistenza)
	return e
}

// Refer returns a refusal that names whom to turn to: whom it names already, else
// whom the act or the Comune does.
func (g Grounds) Refer(e *Error) *Error {
	referred := *e
	referred.Contact = cmp.Or(e.Contact, g.Parties.Convenzione.Last().Contatti.Assistenza, g.Parties.Comune.Contatti.Assistenza)
	return &referred
}

// instructionsYear is for how long an acceptance of instructions holds.
const instructionsYear = 1

// Instructed says whether the person accepted the instructions that a Comune has
// now, within a year.
func (s Utente) Instructed(c Comune, at time.Time) bool {
	for _, a := range s.Accepted {
		if a.Comune == c.ISTAT && a.Versione == c.Istruzioni.Versione {
			return at.Before(a.At.AddDate(instructionsYear, 0, 0))
		}
	}
	return false
}
