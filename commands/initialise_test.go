package commands_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

func TestAnInstallationBeginsOnceAndKeepsAnAdministrator(t *testing.T) {
	t.Parallel()
	begun := domain.InstallazioneInitialised{ID: "00000000-0000-4000-8000-0000000000a1"}
	root, clerk := domain.AdministratorNamed{Account: "root"}, domain.AdministratorNamed{Account: "visure"}
	by := func(account string) domain.Actor {
		return domain.Actor{Role: domain.RoleInstallazione, Account: account}
	}
	for name, tc := range map[string]struct {
		given []domain.Event
		by    domain.Actor
		when  commands.Command[domain.Installazione]
		then  []domain.Event
		fails domain.Code
	}{
		"who begins it administers it":      {nil, by("root"), commands.Initialise{ID: begun.ID}, []domain.Event{begun, root}, ""},
		"begun again by the same":           {[]domain.Event{begun, root}, by("root"), commands.Initialise{ID: "other"}, nil, ""},
		"begun again by another":            {[]domain.Event{begun, root}, by("visure"), commands.Initialise{ID: "other"}, nil, domain.Forbidden},
		"begun by a TOP":                    {nil, luisa, commands.Initialise{ID: begun.ID}, nil, domain.Forbidden},
		"begun by who has no name":          {nil, by(""), commands.Initialise{ID: begun.ID}, nil, domain.Forbidden},
		"begun by what is no account":       {nil, by("mario rossi"), commands.Initialise{ID: begun.ID}, nil, domain.Invalid},
		"named by an administrator":         {[]domain.Event{begun, root}, by("root"), commands.NameAdministrator{Account: "visure"}, []domain.Event{clerk}, ""},
		"named again":                       {[]domain.Event{begun, root, clerk}, by("root"), commands.NameAdministrator{Account: "visure"}, nil, ""},
		"named by who is none":              {[]domain.Event{begun, root}, by("visure"), commands.NameAdministrator{Account: "visure"}, nil, domain.Forbidden},
		"named before it has begun":         {nil, by("root"), commands.NameAdministrator{Account: "root"}, nil, domain.Forbidden},
		"a text is no account":              {[]domain.Event{begun, root}, by("root"), commands.NameAdministrator{Account: "Mario Rossi"}, nil, domain.Invalid},
		"removed by the other":              {[]domain.Event{begun, root, clerk}, by("visure"), commands.RemoveAdministrator{Account: "root"}, []domain.Event{domain.AdministratorRemoved{Account: "root"}}, ""},
		"removed again":                     {[]domain.Event{begun, clerk}, by("visure"), commands.RemoveAdministrator{Account: "root"}, nil, ""},
		"the last stays":                    {[]domain.Event{begun, root}, by("root"), commands.RemoveAdministrator{Account: "root"}, nil, domain.Conflict},
		"removed by who was removed before": {[]domain.Event{begun, clerk}, by("root"), commands.RemoveAdministrator{Account: "visure"}, nil, domain.Forbidden},
	} {
		var state domain.Installazione
		for _, e := range tc.given {
			state = state.Evolve(e, domain.Meta{})
		}
		got, err := tc.when.Decide(commands.Given[domain.Installazione]{
			State: state, Actor: domain.Standing{Installazione: state}, Meta: domain.Meta{At: now, By: tc.by},
		})
		if domain.CodeOf(err) != tc.fails {
			t.Errorf("%s: %v, want %q", name, err, tc.fails)
		}
		if diff := cmp.Diff(tc.then, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// Of two who remove each other at once, one stays: the second is judged by what the
// first has done.
func TestTwoAdministratorsCannotRemoveEachOther(t *testing.T) {
	t.Parallel()
	w := newWorld()
	h := w.handler()
	do := func(account string, cmd commands.Command[domain.Installazione]) error {
		by := domain.Actor{Role: domain.RoleInstallazione, Account: account}
		_, err := commands.Handle(t.Context(), h, domain.InstallazioneStream, domain.Meta{By: by}, cmd)
		return err
	}
	if err := do("root", commands.Initialise{ID: string(visura)}); err != nil {
		t.Fatal(err)
	}
	if err := do("root", commands.NameAdministrator{Account: "visure"}); err != nil {
		t.Fatal(err)
	}
	failed := make(chan error, 2)
	go func() { failed <- do("root", commands.RemoveAdministrator{Account: "visure"}) }()
	go func() { failed <- do("visure", commands.RemoveAdministrator{Account: "root"}) }()
	first, second := <-failed, <-failed
	if (first == nil) == (second == nil) {
		t.Errorf("removing each other: %v and %v", first, second)
	}
	now, err := commands.Load(t.Context(), h, domain.InstallazioneStream)
	if err != nil || len(now.Administrators) != 1 {
		t.Errorf("left: %v, %v", now.Administrators, err)
	}
}
