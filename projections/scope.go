package projections

import (
	"strconv"
	"strings"

	"github.com/visure-anagrafiche/visure/domain"
)

// Scope is what an actor may see. It goes into the WHERE of every query, so
// that what is out of sight does not exist for who asks. The zero Scope sees
// nothing.
type Scope struct {
	all        bool
	conditions []condition
	masked     bool
	outside    bool // of the registry office
}

// condition demands a column to have a value; the empty value is nobody's.
type condition struct{ column, value string }

// ScopeOf returns what an actor may see: STANDARD their own requests for their
// Ente, ADMIN those of the Ente, TOP and auditors those to the Comune, auditors
// with masked subjects, the system everything. ANPR's own codes and words about
// a person are for the registry office: they may tell what the reason given to
// the Ente leaves unsaid, a death above all.
func ScopeOf(a domain.Actor) Scope {
	switch a.Role {
	case domain.RoleStandard:
		return Scope{conditions: []condition{{"requester", string(a.Utente)}, {"ente", string(a.Ente)}}, outside: true}
	case domain.RoleAdmin:
		return Scope{conditions: []condition{{"ente", string(a.Ente)}}, outside: true}
	case domain.RoleTop:
		return Scope{conditions: []condition{{"comune", string(a.Comune)}}}
	case domain.RoleAuditor:
		return Scope{conditions: []condition{{"comune", string(a.Comune)}}, masked: true}
	case domain.RoleSistema:
		return Scope{all: true}
	}
	return Scope{}
}

// limit adds the scope to a query over the table named v.
func (s Scope) limit(w *where) {
	if !s.all && len(s.conditions) == 0 {
		w.add("FALSE")
	}
	for _, c := range s.conditions {
		w.add("v."+c.column+" = ?", null(c.value)) // NULL equals nothing
	}
}

// where collects the conditions of a query, all of which must hold.
type where struct {
	conditions []string
	args       []any
}

// add appends a condition whose question marks stand for the arguments.
func (w *where) add(condition string, args ...any) {
	for _, arg := range args {
		w.args = append(w.args, arg)
		condition = strings.Replace(condition, "?", "$"+strconv.Itoa(len(w.args)), 1)
	}
	w.conditions = append(w.conditions, condition)
}

func (w *where) String() string {
	if len(w.conditions) == 0 {
		return "TRUE"
	}
	return strings.Join(w.conditions, " AND ")
}
