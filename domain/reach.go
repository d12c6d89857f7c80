package domain

import "slices"

// Reach is what a capacity may know of and do. Decide asks Covers, queries put
// Columns into their WHERE: who may see what is written here and nowhere else.
// The zero Reach covers nothing and may do nothing.
type Reach struct {
	Everything bool     // the system itself: no column limits it
	Columns    []Column // all must hold; none, without Everything, covers nothing

	Masked      bool // persons are shown masked, documents are not handed out
	Outside     bool // of the registry office: ANPR's own codes and words about a person are withheld
	Requests    bool // may ask for visure
	Confirms    bool // may decide on requests that await confirmation
	Administers bool // may enter parties of the Comuni it covers
}

// Column admits what has one of some values under a name; the empty value is
// nobody's. Names are those of the read models' columns.
type Column struct {
	Name   string
	Values []string
}

// The names of columns.
const (
	ColumnComune    = "comune"
	ColumnEnte      = "ente"
	ColumnRequester = "requester"
)

// Object is what a Reach may cover: whose it is, by the columns that apply to
// its kind.
type Object struct {
	Comune    CodiceISTAT
	Ente      EnteID
	Requester UtenteID
}

func (o Object) column(name string) string {
	switch name {
	case ColumnComune:
		return string(o.Comune)
	case ColumnEnte:
		return string(o.Ente)
	case ColumnRequester:
		return string(o.Requester)
	}
	return ""
}

// Covers says whether the object is within reach.
func (r Reach) Covers(o Object) bool {
	if r.Everything {
		return true
	}
	for _, c := range r.Columns {
		if value := o.column(c.Name); value == "" || !slices.Contains(c.Values, value) {
			return false
		}
	}
	return len(r.Columns) > 0
}

// Reach returns what a person may know of in the capacity they claim, as their
// roles stand; ok is false, and the Reach zero, when they do not hold it. A role
// at an Ente reaches the Comuni that gave it. The system holds its own.
func (u Utente) Reach(a Actor) (r Reach, ok bool) {
	if a.Role == RoleSistema && a.Utente == "" {
		return Reach{Everything: true, Administers: true}, true
	}
	comuni, held := u.givers(a)
	if !held {
		return Reach{}, false
	}
	ente := Column{ColumnEnte, []string{string(a.Ente)}}
	given := Column{ColumnComune, comuni}
	switch a.Role {
	case RoleStandard:
		requester := Column{ColumnRequester, []string{string(a.Utente)}}
		return Reach{Columns: []Column{requester, ente, given}, Outside: true, Requests: true}, true
	case RoleAdmin:
		standard := a
		standard.Role = RoleStandard
		_, operates := u.givers(standard)
		return Reach{Columns: []Column{ente, given}, Outside: true, Requests: operates}, true
	case RoleTop:
		return Reach{Columns: []Column{given}, Confirms: true, Administers: true}, true
	case RoleAnagrafe:
		return Reach{Columns: []Column{given}, Confirms: true}, true
	case RoleAuditor:
		if a.Ente != "" {
			return Reach{Columns: []Column{ente}, Masked: true, Outside: true}, true
		}
		return Reach{Columns: []Column{given}, Masked: true}, true
	}
	return Reach{}, false
}

// givers returns the Comuni at which a person holds the role an actor claims:
// for a role at an Ente those that gave it, else the Comune itself.
func (u Utente) givers(a Actor) (comuni []string, held bool) {
	for _, r := range u.Roles {
		if r.Role == a.Role && r.Ente == a.Ente && (r.Ente != "" || r.Comune == a.Comune) {
			comuni, held = append(comuni, string(r.Comune)), true
		}
	}
	return comuni, held
}
