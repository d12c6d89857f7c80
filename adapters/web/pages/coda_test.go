package pages

import (
	"testing"
	"time"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
)

func TestHowARequestWasDecidedIsSaid(t *testing.T) {
	t.Parallel()
	noticed, due := time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC), time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC)
	of := func(status domain.Status, approval domain.Conferma, e domain.Event, by string, effective *time.Time) projections.VisuraDettaglio {
		return projections.VisuraDettaglio{Status: status, Approval: approval, Timeline: []projections.Evento{
			{Type: domain.VisuraRequested{}.EventType(), At: due}, {Type: e.EventType(), At: noticed, Effective: effective, UtenteCodice: by},
		}}
	}
	for want, d := range map[string]projections.VisuraDettaglio{
		"": {Status: domain.Awaiting},
		"confermata da U-AAAAA-AAAAA il 30/11/2026 alle 13:00":     of(domain.InProgress, domain.Manuale, domain.VisuraApproved{}, "U-AAAAA-AAAAA", nil),
		"confermata per silenzio-assenso il 30/11/2026 alle 10:00": of(domain.Issued, domain.SilenzioAssenso, domain.VisuraApproved{}, "", &due),
		"accolta senza conferma il 30/11/2026 alle 13:00":          of(domain.Issued, domain.Immediata, domain.VisuraApproved{}, "U-AAAAA-AAAAA", nil),
		"rifiutata da U-AAAAA-AAAAA il 30/11/2026 alle 13:00":      of(domain.Rejected, "", domain.VisuraRejected{}, "U-AAAAA-AAAAA", nil),
		"ritirata da U-AAAAA-AAAAA il 30/11/2026 alle 13:00":       of(domain.Withdrawn, "", domain.VisuraWithdrawn{}, "U-AAAAA-AAAAA", nil),
		"chiusa il 30/11/2026 alle 13:00":                          of(domain.Failed, "", domain.VisuraFailed{}, "", nil),
	} {
		if got := decided(d); got != want {
			t.Errorf("%s, %s is told %q, want %q", d.Status, d.Approval, got, want)
		}
	}
}

func TestWhatIsLeftOfATermIsHotInTheEnd(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		left, whole time.Duration
		want, words string
	}{
		"just begun":            {12 * time.Hour, 12 * time.Hour, "", "12 h"},
		"half":                  {6 * time.Hour, 12 * time.Hour, "", "6 h"},
		"less than half":        {6*time.Hour - time.Minute, 12 * time.Hour, "warm", "5 h 59 min"},
		"a fifth":               {2 * time.Hour, 10 * time.Hour, "warm", "2 h"},
		"less than a fifth":     {2*time.Hour - time.Minute, 10 * time.Hour, "hot", "1 h 59 min"},
		"less than an hour":     {59 * time.Minute, time.Hour, "hot", "59 min"},
		"an hour, all there is": {time.Hour, time.Hour, "", "1 h"},
		"nothing":               {0, 12 * time.Hour, "hot", "0 min"},
	} {
		if got, words := heat(c.left, c.whole), officeTime(c.left); got != c.want || words != c.words {
			t.Errorf("%s: %q, %q; want %q, %q", name, got, words, c.want, c.words)
		}
	}
}

func TestDaysAreToldByTheirDistance(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC)
	for at, want := range map[time.Time][2]string{
		now.Add(-time.Hour):      {"oggi alle 09:00", "da oggi"},
		now.Add(-11 * time.Hour): {"ieri alle 23:00", "da ieri"}, // by the clocks of Italy
		now.Add(-72 * time.Hour): {"il 27/11/2026 alle 10:00", "da 3 giorni"},
		now.Add(-10 * time.Hour): {"oggi alle 00:00", "da oggi"},
	} {
		if got := [2]string{ago(at, now), sinceDay(at, now)}; got != want {
			t.Errorf("%s is told %q, want %q", at, got, want)
		}
	}
}
