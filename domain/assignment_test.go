package domain_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/visure-anagrafiche/visure/domain"
)

// told are the types of grants with the mode of each.
func told(tipi []domain.TipoConcesso) (all []string) {
	for _, t := range tipi {
		all = append(all, string(t.Tipo)+" "+string(t.Nazionale.Conferma))
	}
	return all
}

// What an event of a grant beyond the Comune says is how far it goes; those of before say
// nothing, and go as far as the profile.
func TestAGrantBeyondTheComuneGoesAsFarAsItSays(t *testing.T) {
	t.Parallel()
	const at = `"ente":"` + string(enteID) + `","comune":"039002"`
	decode := func(name, stored string) domain.Event {
		e, err := domain.Decode(name, []byte(stored))
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	held := decode("utente.profile-assigned.v1", `{`+at+`,"profile":"`+string(profileID)+`"}`)
	granted := func(more string) domain.Event {
		return decode("utente.nazionale-granted.v1", `{`+at+`,"profile":"`+string(profileID)+`"`+more+`}`)
	}
	proposed := decode("utente.grant-proposed.v1", `{"id":"`+proposalID+`",`+at+`,"nazionale":"`+string(profileID)+`","tipi":[{"tipo":"residenza","nazionale":{"conferma":"immediata"}}]}`)
	approved := func(more string) domain.Event {
		return decode("utente.grant-approved.v1", `{"id":"`+proposalID+`"`+more+`}`)
	}
	const byOfficer, some = `,"tipi":[{"tipo":"residenza","nazionale":{"conferma":"manuale"}}]`, `,"tipi":[{"tipo":"nascita","nazionale":{"conferma":"immediata"}}]`
	profile := domain.Profile{Defined: true, ProfileDefined: domain.ProfileDefined{Tipi: domain.Concessi([]domain.Tipo{domain.Residenza, domain.Nascita}, domain.Modo{Conferma: domain.SilenzioAssenso})}}
	const residenza, nascita = "residenza silenzio_assenso", "nascita silenzio_assenso"
	for name, c := range map[string]struct {
		history []domain.Event
		beyond  []string // of the profile
		awaits  []domain.Tipo
	}{
		"nothing was granted":        {[]domain.Event{held}, nil, []domain.Tipo{domain.Residenza, domain.Nascita}},
		"as before, all of it":       {[]domain.Event{held, granted("")}, []string{residenza, nascita}, nil},
		"a type of two":              {[]domain.Event{held, granted(some)}, []string{nascita}, []domain.Tipo{domain.Residenza}},
		"a stricter mode":            {[]domain.Event{held, granted(byOfficer)}, []string{"residenza manuale"}, []domain.Tipo{domain.Residenza, domain.Nascita}},
		"the last grant says it all": {[]domain.Event{held, granted(byOfficer), granted(some)}, []string{nascita}, []domain.Tipo{domain.Residenza}},
		"by two, as it is approved":  {[]domain.Event{held, proposed, approved(byOfficer)}, []string{"residenza manuale"}, []domain.Tipo{domain.Residenza, domain.Nascita}},
		"by two, as before":          {[]domain.Event{held, proposed, approved("")}, []string{residenza, nascita}, nil},
		"what is only proposed":      {[]domain.Event{held, proposed}, nil, []domain.Tipo{domain.Residenza, domain.Nascita}},
		"what was revoked":           {[]domain.Event{held, granted(some), golden["utente.nazionale-revoked.v1"]}, nil, []domain.Tipo{domain.Residenza, domain.Nascita}},
		"nor is it there once it is granted anew": {[]domain.Event{held, granted(some), golden["utente.nazionale-revoked.v1"], granted(byOfficer)},
			[]string{"residenza manuale"}, []domain.Tipo{domain.Residenza, domain.Nascita}},
		"what is assigned anew": {[]domain.Event{held, granted(some), held}, nil, []domain.Tipo{domain.Residenza, domain.Nascita}},
	} {
		a, _ := fold(domain.Utente{}, c.history).Assignment(domain.Pair{Ente: enteID, Comune: "039002"}, profileID)
		var beyond []domain.TipoConcesso
		for _, grant := range profile.Tipi {
			if m := a.Beyond(grant, 12); m.Admits() {
				beyond = append(beyond, domain.TipoConcesso{Tipo: grant.Tipo, Nazionale: m})
			}
		}
		if diff := cmp.Diff(c.beyond, told(beyond)); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
		if diff := cmp.Diff(c.awaits, a.Awaits(profile, 12)); diff != "" {
			t.Errorf("%s, awaits:\n%s", name, diff)
		}
	}
	lapsed, withdrawn := domain.Assignment{Lapsed: true}, profile
	withdrawn.Withdrawn = true
	if got := append(lapsed.Awaits(profile, 12), (domain.Assignment{}).Awaits(withdrawn, 12)...); len(got) > 0 {
		t.Errorf("what has lapsed or is withdrawn awaits %v", got)
	}
}
