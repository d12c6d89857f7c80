package domain_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/visure-anagrafiche/visure/domain"
)

// expiring is a Comune whose certificates expire at a time.
func expiring(at time.Time) domain.Comune {
	v := domain.ComuneConnected{Version: 1}
	v.Machine.NotAfter = at
	return domain.Comune{}.Evolve(v, domain.Meta{At: mattina})
}

func TestTheExpiryOfCertificatesIsAnnouncedAhead(t *testing.T) {
	t.Parallel()
	expiry := time.Date(2027, 6, 1, 12, 0, 0, 0, time.UTC)
	const day = 24 * time.Hour
	for name, c := range map[string]struct {
		announced int
		left      time.Duration
		days      int
		due       bool
	}{
		"long before":                    {0, 61 * day, 0, false},
		"60 days before":                 {0, 60 * day, 60, true},
		"a little later":                 {0, 59 * day, 60, true},
		"once":                           {60, 59 * day, 0, false},
		"30 days before":                 {60, 30 * day, 30, true},
		"a week before":                  {30, 7 * day, 7, true},
		"the day before":                 {7, day, 1, true},
		"never after that":               {1, -300 * day, 0, false},
		"what was missed is not made up": {0, 5 * day, 7, true},
		"nor what was missed in between": {60, 12 * time.Hour, 1, true},
		"when it has expired already":    {0, -day, 1, true},
	} {
		s := expiring(expiry)
		s.Collegamento.Announced = c.announced
		if days, due := s.CertificateNotice(expiry.Add(-c.left)); days != c.days || due != c.due {
			t.Errorf("%s: %d days, %t; want %d, %t", name, days, due, c.days, c.due)
		}
	}
	if _, due := (domain.Comune{}).CertificateNotice(expiry); due {
		t.Error("nothing is known, and something due")
	}
}

// Whenever it is looked at, each announcement comes once, in order, and when
// nothing is left to announce the last of them has been.
func TestEachAnnouncementComesOnce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		expiry := mattina.AddDate(0, 0, rapid.IntRange(-10, 90).Draw(t, "days left"))
		s, now, last := expiring(expiry), mattina, 61
		for range rapid.IntRange(1, 40).Draw(t, "looks") {
			now = now.Add(time.Duration(rapid.IntRange(1, 200).Draw(t, "hours")) * time.Hour)
			days, at, left := domain.NextExpiryNotice(expiry, s.Collegamento.Announced)
			announced, due := s.CertificateNotice(now)
			if due != (left && !now.Before(at)) {
				t.Fatalf("due %t at %s; the next, of %d days, is at %s (%t)", due, now, days, at, left)
			}
			if !due {
				continue
			}
			if announced >= last || announced > days || now.Before(expiry.AddDate(0, 0, -announced)) {
				t.Fatalf("%d days announced at %s, after %d; expiry %s", announced, now, last, expiry)
			}
			last = announced
			s = s.Evolve(domain.CertificateExpiryAnnounced{Version: 1, Days: announced, NotAfter: expiry}, domain.Meta{At: now})
		}
		if now.After(expiry) && last != 1 {
			t.Fatalf("expired, and last announced %d days ahead", last)
		}
	})
}

func TestANewVersionIsAnnouncedAnew(t *testing.T) {
	t.Parallel()
	s := expiring(mattina.AddDate(0, 0, 5)).
		Evolve(domain.CertificateExpiryAnnounced{Version: 1, Days: 7}, domain.Meta{}).
		Evolve(domain.OperatorStoodIn{Version: 1}, domain.Meta{})
	v := domain.ComuneConnected{Version: 2}
	v.Machine.NotAfter, v.Postazione.NotAfter = mattina.AddDate(3, 0, 0), mattina.AddDate(0, 0, 20)
	s = s.Evolve(v, domain.Meta{At: scade})
	if c := s.Collegamento; c.Announced != 0 || c.StoodIn || !c.Since.Equal(scade) || c.Expiry() != v.Postazione.NotAfter {
		t.Errorf("%+v", c)
	}
	s = s.Evolve(domain.CertificateExpiryAnnounced{Version: 1, Days: 1}, domain.Meta{}) // of the former, come late
	if days, due := s.CertificateNotice(mattina); days != 30 || !due {
		t.Errorf("%d days, %t", days, due)
	}
}

func TestEveryOutcomeOfATestIsExplainedAsTheManualDoes(t *testing.T) {
	t.Parallel()
	manual, err := os.ReadFile("../docs/manuale/codici.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range []domain.ConnectionOutcome{
		domain.ConnectionOK, domain.CertificateRefused, domain.CertificateRevoked, domain.CertificateExpired, domain.OperatorRefused,
		domain.SupplenteRefused, domain.PolicyRejection, domain.WorkstationRefused, domain.ClockSkewed, domain.HeaderRefused,
		domain.ServerUntrusted, domain.Unreachable, domain.RegistryFailing, domain.NotSetUp, domain.CallRefused,
	} {
		what, todo := o.Text()
		if row := fmt.Sprintf("| `%s` | %s | %s |\n", o, what, todo); what == string(o) || todo == "" || !strings.Contains(string(manual), row) {
			t.Errorf("not in the manual: %s", row)
		}
	}
	if what, todo := domain.ConnectionOutcome("inaudito").Text(); what != "inaudito" || todo != "" {
		t.Errorf("an unknown one: %q, %q", what, todo)
	}
}
