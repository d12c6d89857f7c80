package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
)

// offered are the users the sign-in page of a demo offers, and formToken ties its forms
// to who opened it.
var (
	offered   = regexp.MustCompile(`name="utente" value="([^"]+)"><button[^>]*>([^·<]+) ·`)
	formToken = regexp.MustCompile(`name="modulo" value="([^"]+)"`)
)

// clickOn signs a user of the demo in, whom the sign-in page offers by their role, and
// returns the cookies that are theirs then; of no role none.
func (s *server) clickOn(ctx context.Context, role string) (string, error) {
	if role == "" {
		return "", nil
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		return "", err
	}
	browser := &http.Client{Jar: jar}
	page, err := visit(ctx, browser, http.MethodGet, s.url+"/accedi", nil)
	if err != nil {
		return "", err
	}
	token := formToken.FindStringSubmatch(page)
	for _, user := range offered.FindAllStringSubmatch(page, -1) {
		if token == nil || strings.TrimSpace(user[2]) != role {
			continue
		}
		if _, err := visit(ctx, browser, http.MethodPost, s.url+"/accedi/dimostrazione", url.Values{"modulo": {token[1]}, "utente": {user[1]}}); err != nil {
			return "", err
		}
		var cookies []string
		at, err := url.Parse(s.url)
		if err != nil {
			return "", err
		}
		for _, c := range jar.Cookies(at) {
			cookies = append(cookies, c.Name+"="+c.Value)
		}
		return strings.Join(cookies, "; "), nil
	}
	return "", fmt.Errorf("the sign-in page offers no %s", role)
}

// visit opens a page, or sends a form, and returns the page that comes of it.
func visit(ctx context.Context, browser *http.Client, method, address string, form url.Values) (string, error) {
	r, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(form.Encode()))
	if err != nil {
		return "", err
	}
	r.Header.Set("Content-Type", cmp.Or(map[bool]string{true: "application/x-www-form-urlencoded"}[form != nil], "text/plain"))
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	resp, err := browser.Do(r)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s is answered %s", address, resp.Status)
	}
	return string(text), err
}
