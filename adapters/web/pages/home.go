package pages

import "net/http"

// home says what there is at this address.
func (p *Pages) home(w http.ResponseWriter, _ *http.Request) {
	p.page(w, http.StatusOK, "home.html", nil)
}
