package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// lighthouse is what audits pages, as npm names it.
const lighthouse = "lighthouse@12.8.2"

// auditCommand has Lighthouse audit the pages an operator works with, as a phone on a slow
// network would load them (its own default). It wants npm, and downloads Lighthouse.
type auditCommand struct {
	Visure   string        `help:"The program to measure." default:"bin/visure" type:"existingfile"`
	Install  bool          `help:"Have it install PostgreSQL with apt if it is missing (as root on Debian or Ubuntu)."`
	Data     string        `help:"Folder to start it on, which it writes to; empty: a new one." type:"path"`
	Out      string        `help:"File of the figures; Lighthouse's own reports are beside it." default:"out/pages-audit.json" type:"path"`
	Browser  string        `help:"A Chromium." default:"chromium-headless-shell"`
	Requests time.Duration `help:"How long requests are made before, which lists then show." default:"2s"`
}

// auditFigures are what a run found.
type auditFigures struct {
	circumstances
	Lighthouse string      `json:"lighthouse"`
	Pages      []pageAudit `json:"pages"`
}

// pageAudit are the scores of a page, from 0 to 1.
type pageAudit struct {
	Page          string  `json:"page"`
	Performance   float64 `json:"performance"`
	Accessibility float64 `json:"accessibility"`
	BestPractices float64 `json:"best_practices"`
}

// Run audits the pages of a server, and fails if one is below its marks.
func (c *auditCommand) Run(ctx context.Context) (err error) {
	dir, err := os.MkdirTemp("", "visure-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := os.MkdirAll(filepath.Dir(c.Out), 0o755); err != nil {
		return err
	}
	s, err := demo{c.Visure, cmp.Or(c.Data, filepath.Join(dir, "ours")), c.Install, populationSize, false}.start(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	if err := c.fill(ctx, s); err != nil {
		return err
	}
	f := auditFigures{circumstances: circumstancesNow(), Lighthouse: lighthouse}
	cookies, err := s.clickOn(ctx, operator)
	if err != nil {
		return err
	}
	for _, page := range []string{"nuova", "richieste"} {
		audit, err := c.audit(ctx, s.url+"/"+page, cookies, filepath.Join(filepath.Dir(c.Out), "lighthouse-"+page+".json"))
		if err != nil {
			return fmt.Errorf("audit /%s: %w", page, err)
		}
		audit.Page = "/" + page
		f.Pages = append(f.Pages, audit)
	}
	if err := write(f, c.Out); err != nil {
		return err
	}
	return f.show(os.Stdout)
}

// fill has visure asked for, so that lists show some.
func (c *auditCommand) fill(ctx context.Context, s *server) (err error) {
	sender, err := hire(ctx, "load")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, sender.stop()) }()
	return s.fill(ctx, sender, c.Requests)
}

// audit has a page audited, and the report written to a file.
func (c *auditCommand) audit(ctx context.Context, address, cookies, report string) (p pageAudit, err error) {
	browser, err := exec.LookPath(c.Browser)
	if err != nil {
		return p, err
	}
	headers, err := json.Marshal(map[string]string{"Cookie": cookies})
	if err != nil {
		return p, err
	}
	secret := filepath.Join(filepath.Dir(report), ".lighthouse-headers.json") // not on the command line, which all may read
	if err := os.WriteFile(secret, headers, 0o600); err != nil {
		return p, err
	}
	defer os.Remove(secret)
	cmd := exec.CommandContext(ctx, "npx", "--yes", lighthouse, address, "--quiet", "--output=json", "--output-path="+report,
		"--only-categories=performance,accessibility,best-practices", "--extra-headers="+secret, "--chrome-flags=--headless --no-sandbox")
	cmd.Env = append(os.Environ(), "CHROME_PATH="+browser)
	if said, err := cmd.CombinedOutput(); err != nil {
		return p, fmt.Errorf("%w: %s", err, said)
	}
	text, err := os.ReadFile(report)
	if err != nil {
		return p, err
	}
	return parseAudit(text, address)
}

// parseAudit reads Lighthouse's report of an address: of another page, where one was sent
// elsewhere, its scores would say nothing.
func parseAudit(report []byte, address string) (p pageAudit, err error) {
	var r struct {
		Shown      string `json:"finalDisplayedUrl"`
		Categories map[string]struct{ Score *float64 }
	}
	if err := json.Unmarshal(report, &r); err != nil {
		return p, fmt.Errorf("read a report: %w", err)
	}
	if r.Shown != address {
		return p, fmt.Errorf("the page that was audited is %s", r.Shown)
	}
	for name, to := range map[string]*float64{"performance": &p.Performance, "accessibility": &p.Accessibility, "best-practices": &p.BestPractices} {
		score := r.Categories[name].Score
		if score == nil {
			return p, fmt.Errorf("the report has no %s", name)
		}
		*to = *score
	}
	return p, nil
}

// errBelow is returned where a page is below its marks.
var errBelow = errors.New("a page is below its marks")

// show prints the scores beside their marks.
func (f auditFigures) show(out io.Writer) error {
	var marks []mark
	var below error
	for _, p := range f.Pages {
		marks = append(marks,
			mark{p.Page + ", accessibility", p.Accessibility, "", 1, false},
			mark{p.Page + ", best practices", p.BestPractices, "", 1, false},
			mark{p.Page + ", performance", p.Performance, "", .98, false})
	}
	for _, m := range marks {
		if !m.met() {
			below = errBelow
		}
	}
	showMarks(out, marks)
	return below
}
