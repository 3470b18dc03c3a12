package com.acme.mail;

import com.acme.api.Greeting;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;

/** Uses the service. */
public final class Activator implements BundleActivator {
    private Greeting greeting;

    @Override
    public void start(BundleContext context) {
        greeting = context.getService(context.getServiceReference(Greeting.class));
    }

    @Override
    public void stop(BundleContext context) {
        greeting = null;
    }
}
