package domain

import "slices"

// The items a request may lapse by: codes of VisuraLapsed, which never change. They name
// what RequestVisura is refused by, under the same names.
const (
	LapsedRole    = "utente"   // the requester no longer holds the role they asked in, or software its leave
	LapsedAct     = "comune"   // no act of the Ente with the Comune is in force
	LapsedTipo    = "tipo"     // act or profile no longer grants the type
	LapsedPurpose = "finalita" // the purpose may no longer be named for the type: the act has it not, or it is inhibited
	LapsedProfile = "profile"  // the profile it was admitted by is not the requester's, or has ended
	LapsedDuty    = "mansione" // the requester's duty changed since the profile was assigned
	LapsedAmbito  = "ambito"   // nothing beyond the Comune is granted any more
)

var lapsedTexts = map[string]string{
	LapsedRole:    "Il richiedente non ha più il ruolo con cui ha chiesto la visura.",
	LapsedAct:     "La convenzione con il Comune non è più in vigore.",
	LapsedTipo:    "Il tipo di visura non è più concesso al richiedente.",
	LapsedPurpose: "La finalità non è più tra quelle che la convenzione ammette.",
	LapsedProfile: "Il profilo con cui la visura è stata chiesta non vale più per il richiedente.",
	LapsedDuty:    "La mansione del richiedente è cambiata dopo la richiesta.",
	LapsedAmbito:  "Le visure nazionali non sono più concesse al richiedente.",
}

// LapsedText says in Italian why a request lapsed; of a code that
// is not known, in general.
func LapsedText(item string) string {
	if text, ok := lapsedTexts[item]; ok {
		return text
	}
	return "Il richiedente non ha più diritto alla visura."
}

// ExpiredText says in Italian why a request expired, question or none being open.
func ExpiredText(domanda bool) string {
	if domanda {
		return "Nessuno ha risposto in tempo alla domanda dell'Anagrafe."
	}
	return "L'Anagrafe non ha deciso nei giorni in cui la richiesta poteva attendere."
}

// Ended returns the item by which a request is no longer allowed that once was, empty
// when it still is: the act in force, the role, the profile it was admitted by, each as
// far as it concerns what was asked and how far ANPR is asked now. At what hour, from
// where and with what proof it was asked does not count again; nor does an absence or a
// block since.
func (g Grounds) Ended(r VisuraRequested, reach Ambito) string {
	pair := Pair{Ente: r.Ente, Comune: r.Comune}
	role, held := g.Person.Reach(g.Actor, g.At)
	if !held || !role.Requests || !role.Covers(Object{Requester: g.Actor.Utente, Ente: r.Ente, Comune: r.Comune}) {
		return LapsedRole
	}
	atto, refused := g.atto()
	if refused != nil {
		return LapsedAct
	}
	if _, refused := g.Purpose(Right{Tipo: r.Tipo, Atto: atto.Numero}, r.Purpose.Finalita); refused != nil {
		return LapsedPurpose
	}
	a, assigned := g.Person.Assignment(pair, r.Profile)
	if !assigned {
		return LapsedProfile
	}
	if !slices.Contains(atto.Massimo.Tipi, r.Tipo) {
		return LapsedTipo
	}
	for _, check := range g.entitled(a, atto, r.Tipo) {
		if check.fails {
			return check.field
		}
	}
	if reach == Nazionale && !g.beyond(a, atto, r.Tipo).Admits() {
		return LapsedAmbito
	}
	return ""
}
