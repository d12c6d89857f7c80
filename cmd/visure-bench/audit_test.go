package main

import (
	"io"
	"testing"
)

func TestAReportIsOfThePageThatWasMeant(t *testing.T) {
	t.Parallel()
	report := []byte(`{"finalDisplayedUrl":"http://127.0.0.1:1/nuova","categories":{"performance":{"score":0.98},"accessibility":{"score":1},"best-practices":{"score":0.96}}}`)
	p, err := parseAudit(report, "http://127.0.0.1:1/nuova")
	if err != nil || p != (pageAudit{Performance: .98, Accessibility: 1, BestPractices: .96}) {
		t.Errorf("%+v, %v", p, err)
	}
	if err := (auditFigures{Pages: []pageAudit{p}}).show(io.Discard); err != errBelow {
		t.Errorf("0.96 is well: %v", err)
	}
	p.BestPractices = 1
	if err := (auditFigures{Pages: []pageAudit{p}}).show(io.Discard); err != nil {
		t.Error(err)
	}
	for name, bad := range map[string]string{
		"of the sign-in page": `{"finalDisplayedUrl":"http://127.0.0.1:1/accedi","categories":{}}`,
		"that failed":         `{"finalDisplayedUrl":"http://127.0.0.1:1/nuova","categories":{"performance":{"score":null}}}`,
		"that is none":        `<html>`,
	} {
		if _, err := parseAudit([]byte(bad), "http://127.0.0.1:1/nuova"); err == nil {
			t.Errorf("a report %s is taken", name)
		}
	}
}
