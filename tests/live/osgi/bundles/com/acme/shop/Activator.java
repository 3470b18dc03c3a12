package com.acme.shop;

import com.acme.api.Greeting;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;

/** Registers the service. */
public final class Activator implements BundleActivator, Greeting {
    @Override
    public void start(BundleContext context) {
        context.registerService(Greeting.class, this, null);
    }

    @Override
    public void stop(BundleContext context) {}

    @Override
    public String greet() {
        return "hello";
    }
}
