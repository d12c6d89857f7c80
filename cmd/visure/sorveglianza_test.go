package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/google/uuid"
	"go.yaml.in/yaml/v3"

	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/people"
	"github.com/visure-anagrafiche/visure/domain"
)

const surveillance = root + "/docs/sorveglianza"

func TestTheRulesOfPrometheusAlarmWhenTheyShould(t *testing.T) {
	t.Parallel()
	tool(t, "promtool", "check", "rules", surveillance+"/regole.yml")
	tool(t, "promtool", "test", "rules", surveillance+"/regole_test.yml")
}

var metricNamed = regexp.MustCompile(`\b(?:visure|go)_[a-z_]+`)

// expressions are what the dashboard and the measures of the rules ask, by where they stand,
// and every metric that either names: one that is gone alarms nobody.
func expressions(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	var board struct {
		Panels []struct {
			Title   string
			Targets []struct{ Expr string }
		}
	}
	text, err := os.ReadFile(surveillance + "/cruscotto.json")
	if err == nil {
		err = json.Unmarshal(text, &board)
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range board.Panels {
		for n, target := range p.Targets {
			all[fmt.Sprintf("%s %d", p.Title, n+1)] = target.Expr
		}
	}
	var rules struct {
		Groups []struct {
			Rules []struct{ Record, Expr string }
		}
	}
	if text, err = os.ReadFile(surveillance + "/regole.yml"); err == nil {
		err = yaml.Unmarshal(text, &rules)
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, metric := range metricNamed.FindAllString(string(text), -1) {
		all[metric] = metric
	}
	for _, g := range rules.Groups {
		for _, r := range g.Rules {
			if r.Record != "" {
				all[r.Record] = r.Expr
			}
		}
	}
	return all
}

// prometheus reads a server's metrics every second, until the test ends; it returns its
// address.
func (o *office) prometheus() string {
	o.t.Helper()
	dir := o.t.TempDir()
	at, err := url.Parse(o.metrics)
	if err != nil {
		o.t.Fatal(err)
	}
	config := fmt.Sprintf("global: {scrape_interval: 1s, scrape_timeout: 1s}\nscrape_configs: [{job_name: visure, static_configs: [{targets: ['%s']}]}]\n", at.Host)
	if err := os.WriteFile(filepath.Join(dir, "prometheus.yml"), []byte(config), 0o600); err != nil {
		o.t.Fatal(err)
	}
	address := free(o.t)
	cmd := exec.Command("prometheus", "--config.file", filepath.Join(dir, "prometheus.yml"), "--storage.tsdb.path", filepath.Join(dir, "data"), "--web.listen-address", address, "--log.level", "error")
	if err := cmd.Start(); err != nil {
		o.t.Fatal(err)
	}
	o.t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	return "http://" + address
}

// series are how many an expression finds now, each with a number.
func series(ctx context.Context, prometheus, expr string) (int, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, prometheus+"/api/v1/query?query="+url.QueryEscape(expr), nil)
	if err != nil {
		return 0, err
	}
	resp, err := aside.Do(req)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	var answer struct {
		Status, Error string
		Data          struct{ Result []struct{ Value [2]any } }
	}
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		return 0, err
	}
	if answer.Status != "success" {
		return 0, fmt.Errorf("%s: %s", answer.Status, answer.Error)
	}
	n := 0
	for _, one := range answer.Data.Result {
		if one.Value[1] != "NaN" {
			n++
		}
	}
	return n, nil
}

// Every query of the dashboard, and every rule that is a measure, finds figures of a server
// that has issued a visura.
func TestEveryQueryOfTheDashboardFindsFigures(t *testing.T) {
	t.Parallel()
	tool(t, "prometheus", "--version")
	o := openOffice(t, 200)
	o.config.Metrics = "127.0.0.1:0"
	o.start()
	prometheus, operator := o.prometheus(), o.as(domain.RoleStandard)
	subject := o.subjects(people.FitsResidenza)[0]
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	waiting := expressions(t)
	if len(waiting) < 15 {
		t.Fatalf("there are %d expressions", len(waiting))
	}
	var said error
	for len(waiting) > 0 && ctx.Err() == nil { // two readings with another visura between them
		if err := settled(ctx, operator, domain.VisuraID(uuid.NewString()), askFor(domain.Residenza, subject)); err != nil {
			t.Fatal(err)
		}
		for where, expr := range waiting {
			n, err := series(ctx, prometheus, expr)
			if said = err; n > 0 {
				delete(waiting, where)
			}
		}
	}
	for where, expr := range waiting {
		t.Errorf("%s finds nothing: %s (%v)", where, expr, said)
	}
}
