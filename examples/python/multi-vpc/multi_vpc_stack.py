from aws_cdk import Acknowledgment, CfnOutput, Environment, Stack, Tags, Validations
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from cdk_alb_privatelink import AlbToPrivateLinkTargets, Backend, NlbEndpointService, PrivateLinkRouteOptions
from constructs import Construct


class MultiVpcStack(Stack):
    """One public load balancer in VPC 1 that routes `/vpc2` and `/vpc3` to web servers in two other VPCs.

    Attributes:
        services: What the teams in VPC 2 and VPC 3 publish.
    """

    def __init__(self, scope: Construct, construct_id: str, *, env: Environment, client_cidr: str) -> None:
        """`client_cidr` is the one address block that may reach the load balancer."""
        super().__init__(scope, construct_id, env=env)
        Validations.of(self).acknowledge(
            Acknowledgment(id="CloudFormation-Validate::W3010", reason="The zones are those of the article")
        )

        vpc1 = self._vpc("Vpc1", "vpc-1-alb", "10.1.0.0/16")
        vpc2 = self._vpc("Vpc2", "vpc-2-nlb", "10.2.0.0/16")
        vpc3 = self._vpc("Vpc3", "vpc-3-nlb", "10.3.0.0/16")

        service2 = self._web_service(2, vpc2)
        service3 = self._web_service(3, vpc3)
        self.services = [service2, service3]

        hub = AlbToPrivateLinkTargets(
            self,
            "Hub",
            vpc=vpc1,
            internet_facing=True,
            clients=[ec2.Peer.ipv4(client_cidr)],
            routes={
                "vpc2": PrivateLinkRouteOptions(paths=["/vpc2"], service=service2, priority=100),
                "vpc3": PrivateLinkRouteOptions(paths=["/vpc3"], service=service3, priority=200),
            },
            default_action=elbv2.ListenerAction.fixed_response(
                200, content_type="text/plain", message_body="Default route"
            ),
        )

        Tags.of(hub.load_balancer).add("Name", "main-alb")
        Tags.of(hub.connections.security_groups[0]).add("Name", "alb-sg")
        for name, route in hub.routes.items():
            Tags.of(route.endpoint).add("Name", f"nlb-endpoint-to-{name}")
            Tags.of(route.endpoint.connections.security_groups[0]).add("Name", "vpc-endpoint-sg")
            Tags.of(route.target_group).add("Name", f"{name}-target-group")

        outputs = {
            "AlbDnsName": ("The DNS name of the ALB", hub.load_balancer.load_balancer_dns_name),
            "Vpc1Id": ("VPC1 ID", vpc1.vpc_id),
            "Vpc2Id": ("VPC2 ID", vpc2.vpc_id),
            "Vpc3Id": ("VPC3 ID", vpc3.vpc_id),
            "Nlb1DnsName": ("The DNS name of the NLB in VPC2", service2.load_balancer.load_balancer_dns_name),
            "Nlb2DnsName": ("The DNS name of the NLB in VPC3", service3.load_balancer.load_balancer_dns_name),
            "VpcEndpointService1Name": ("VPC Endpoint Service Name for VPC2", service2.endpoint_service_name),
            "VpcEndpointService2Name": ("VPC Endpoint Service Name for VPC3", service3.endpoint_service_name),
        }
        for name, (description, value) in outputs.items():
            CfnOutput(self, name, description=description, value=value)

    @property
    def availability_zones(self) -> list[str]:
        """The zones of the stack, written out so that no look-up in the account is needed."""
        return ["ap-northeast-1a", "ap-northeast-1c"]

    def _vpc(self, construct_id: str, vpc_name: str, cidr: str) -> ec2.Vpc:
        return ec2.Vpc(
            self,
            construct_id,
            vpc_name=vpc_name,
            ip_addresses=ec2.IpAddresses.cidr(cidr),
            nat_gateways=0,
            subnet_configuration=[
                ec2.SubnetConfiguration(name="Public", subnet_type=ec2.SubnetType.PUBLIC, cidr_mask=24),
                ec2.SubnetConfiguration(name="Private", subnet_type=ec2.SubnetType.PRIVATE_ISOLATED, cidr_mask=24),
            ],
            # the package repositories of Amazon Linux are in S3
            gateway_endpoints={"S3": ec2.GatewayVpcEndpointOptions(service=ec2.GatewayVpcEndpointAwsService.S3)},
        )

    def _web_service(self, number: int, vpc: ec2.Vpc) -> NlbEndpointService:
        """Two web servers, one in each private subnet, published as an endpoint service."""
        security_group = ec2.SecurityGroup(
            self, f"WebSecurityGroup{number}", vpc=vpc, description=f"Web servers in VPC{number}"
        )
        Tags.of(security_group).add("Name", f"web-sg-vpc{number}")

        instances = []
        for position, subnet in enumerate(vpc.isolated_subnets, start=1):
            user_data = ec2.UserData.for_linux()
            user_data.add_commands(
                "dnf update -y",
                "dnf install -y httpd",
                # longer than the load balancer's idle timeout of 60 s
                'echo "KeepAliveTimeout 75" > /etc/httpd/conf.d/keepalive.conf',
                f'echo "<h1>This is a web server in VPC{number} - Instance {position}</h1>" > /var/www/html/index.html',
                f"mkdir -p /var/www/html/vpc{number}",
                f'echo "<h1>VPC{number} Path - Instance {position}</h1>" > /var/www/html/vpc{number}/index.html',
                "systemctl enable --now httpd",
            )
            instance = ec2.Instance(
                self,
                f"Web{number}{position}",
                vpc=vpc,
                vpc_subnets=ec2.SubnetSelection(subnets=[subnet]),
                security_group=security_group,
                instance_type=ec2.InstanceType.of(ec2.InstanceClass.T3, ec2.InstanceSize.MICRO),
                machine_image=ec2.MachineImage.latest_amazon_linux2023(),
                user_data=user_data,
                http_tokens=ec2.HttpTokens.REQUIRED,
            )
            # the packages come through the gateway endpoint, and user data runs once
            instance.node.add_dependency(vpc)
            Tags.of(instance).add("Name", f"web-vpc{number}-{position}", include_resource_types=["AWS::EC2::Instance"])
            instances.append(instance)

        service = NlbEndpointService(self, f"Service{number}", vpc=vpc, backend=Backend.instances(instances, port=80))
        Tags.of(service).add(
            "Name", f"nlb-endpoint-service-vpc{number}", include_resource_types=["AWS::EC2::VPCEndpointService"]
        )
        Tags.of(service.load_balancer).add("Name", f"nlb-vpc-{number}")
        Tags.of(service.target_group).add("Name", f"web-tg-vpc-{number}")
        return service
