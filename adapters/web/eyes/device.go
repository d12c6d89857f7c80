package eyes

import "github.com/chromedp/cdproto/webauthn"

// Device gives the tab a device that makes passkeys and knows who holds it.
func (tab *Tab) Device() {
	tab.t.Helper()
	tab.Do(call(webauthn.Enable, webauthn.EnableParams{}), call(webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{
		Options: &webauthn.VirtualAuthenticatorOptions{
			Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportInternal,
			HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
		},
	}))
}
