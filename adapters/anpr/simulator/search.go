package simulator

import (
	"slices"
	"strings"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/people"
)

// identity is what a request says of a person, to be found or compared with.
type identity struct {
	codiceFiscale           string
	surname, name, sex      string
	noSurname, noName       bool
	born                    time.Time
	hasBirth                bool
	noDay, noDayMonth       bool   // what of the birthday is only padded
	zonedBirth              bool   // the birthday came with a zone: public tickets show EN071
	birthplace              string // ISTAT code of the Comune or code of the State
	card, localIstat, id    string
	localCard               string
	otherDocument           bool
	surnameGiven, nameGiven bool
}

// criteria reads the search criteria of 3002.
func criteria(m message) identity {
	c, b := kid(m.root, "criteriRicerca"), kid(m.root, "datiNascita")
	id := identity{
		codiceFiscale: strings.ToUpper(value(c, "codiceFiscale")), surname: value(c, "cognome"), name: value(c, "nome"),
		noSurname: value(c, "senzaCognome") == "1", noName: value(c, "senzaNome") == "1", sex: strings.ToUpper(value(c, "sesso")),
		card: value(c, "idSchedaSoggettoANPR"), id: value(c, "idANPR"),
		otherDocument: kid(c, "cartaIdentita3000") != nil || kid(c, "permessoDiSoggiorno3000") != nil,
	}
	if local := kid(c, "idSchedaSoggettoComune"); local != nil {
		id.localIstat, id.localCard = value(local, "idSchedaSoggettoComuneIstat"), value(local, "idSchedaSoggetto")
	}
	if b != nil {
		day := value(b, "dataEvento")
		id.born, _ = parseDate(day)
		id.hasBirth, id.zonedBirth = true, len(day) > len(time.DateOnly)
		id.noDay, id.noDayMonth = value(b, "senzaGiorno") == "1", value(b, "senzaGiornoMese") == "1"
		place := kid(b, "luogoNascita")
		id.birthplace = value(kid(place, "comune"), "codiceIstat") + value(kid(place, "localita"), "codiceStato")
	}
	id.surnameGiven, id.nameGiven = id.surname != "" || id.noSurname, id.name != "" || id.noName
	return id
}

// search finds the cards a request of 3002 means: at least one, or why not.
func (s *Server) search(m message, sc scope, day time.Time) ([]*people.Person, *refusal) {
	id := criteria(m)
	c := kid(m.root, "criteriRicerca")
	if id.otherDocument || value(c, "identificativoANPR") != "" || kid(c, "idFamigliaConvivenzaComune") != nil {
		return nil, refuse("EN053")
	}
	found, bad := s.candidates(id)
	if bad != nil {
		return nil, bad
	}
	found = slices.DeleteFunc(slices.Clone(found), func(p *people.Person) bool { return !sc.holds(p, day) || !known(p, day) })
	if len(found) == 0 {
		return nil, refuse("EN122")
	}
	var differ *refusal
	agreeing := slices.DeleteFunc(slices.Clone(found), func(p *people.Person) bool {
		bad := id.differs(p)
		if bad != nil && differ == nil {
			differ = bad
		}
		return bad != nil
	})
	if len(agreeing) == 0 {
		return nil, differ
	}
	return agreeing, nil
}

// candidates looks up by the strongest key given.
func (s *Server) candidates(id identity) ([]*people.Person, *refusal) {
	list := func(p *people.Person) []*people.Person {
		if p == nil {
			return nil
		}
		return []*people.Person{p}
	}
	switch {
	case id.id != "":
		return s.people.ByIDANPR(id.id), nil
	case id.card != "":
		return list(s.people.ByCard(id.card)), nil
	case id.localCard != "":
		return list(s.people.ByComuneCard(id.localIstat, id.localCard)), nil
	case id.codiceFiscale != "":
		return s.people.ByCodiceFiscale(id.codiceFiscale), nil
	case !id.surnameGiven || !id.nameGiven || id.sex == "" || !id.hasBirth:
		return nil, refuse("EN132")
	}
	return s.people.ByName(id.surname, id.name, id.sex[0], id.born), nil
}

// differs says which of the facts given is not the person's, nil if none.
func (id identity) differs(p *people.Person) *refusal {
	switch {
	case id.nameGiven && !people.SameLetters(id.name, p.Name):
		return refuse("EN068").on("nome")
	case id.surnameGiven && !people.SameLetters(id.surname, p.Surname):
		return refuse("EN069").on("cognome")
	case id.codiceFiscale != "" && id.codiceFiscale != p.CodiceFiscale && id.codiceFiscale != p.FormerCF:
		return refuse("EN070").on("codiceFiscale")
	case id.hasBirth && (id.zonedBirth || !id.born.Equal(p.Birth.Date) || id.noDay != p.Birth.NoDay || id.noDayMonth != p.Birth.NoDayMonth):
		return refuse("EN071").on("dataNascita")
	case id.birthplace != "" && id.birthplace != birthplace(p):
		return refuse("EN072").on("luogoNascita")
	case id.localCard != "" && id.localCard != p.ComuneCard:
		return refuse("EN073").on("idSchedaSoggetto")
	case id.localIstat != "" && id.localIstat != p.Home.Istat:
		return refuse("EN074").on("idSchedaSoggettoComuneIstat")
	case id.sex != "" && id.sex[0] != p.Sex:
		return refuse("EN075").on("sesso")
	}
	return nil
}

func birthplace(p *people.Person) string {
	switch {
	case p.Birth.Place.Comune != nil:
		return p.Birth.Place.Comune.Istat
	case p.Birth.Place.State != nil:
		return p.Birth.Place.State.Code
	}
	return ""
}
